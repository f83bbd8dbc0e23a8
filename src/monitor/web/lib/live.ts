import type { Snapshot } from '../../types/index.js';
import { loadSession } from './session.js';
import { createStore, useStore } from './store.js';

/** `lost`: the monitor itself does not answer. */
export type LiveState = 'connecting' | 'live' | 'lost';

const snapshot = createStore<Snapshot | undefined>(undefined);
const state = createStore<LiveState>('connecting');

/** The last snapshot, told anew every 2 seconds while the tab is seen; undefined until the first. */
export const useSnapshot = (): Snapshot | undefined => useStore(snapshot);
export const useLiveState = (): LiveState => useStore(state);

const firstWait = 1000;
const longestWait = 10_000;

/**
 * Keeps the one connection of the tab, and makes it anew when it is lost. It is closed while the tab is hidden: browsers allow six
 * to a server, which many tabs would use up. Returns what ends it.
 */
export function startLive(): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = firstWait;
  let stopped = false;

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function open(): void {
    close();
    if (document.hidden || stopped) return;
    source = new EventSource('api/events');
    source.addEventListener('snapshot', (event) => {
      wait = firstWait;
      snapshot.set(JSON.parse((event as MessageEvent<string>).data) as Snapshot);
      state.set('live');
    });
    source.addEventListener('error', () => {
      close();
      state.set('lost');
      timer = setTimeout(openIfLoggedIn, wait);
      wait = Math.min(wait * 2, longestWait);
    });
  }

  /** A login may have ended meanwhile: then the form is what is shown next. */
  function openIfLoggedIn(): void {
    loadSession().then(open, open);
  }

  document.addEventListener('visibilitychange', open);
  open();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', open);
    close();
  };
}
