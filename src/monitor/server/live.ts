import type { Readable } from 'node:stream';
import { coded } from '../../errors.js';
import { createEventStream, type EventStream, formatEvent } from '../../http/event-stream.js';
import type { TaskLogger } from '../../taskkit/index.js';
import type { Snapshot } from '../types/index.js';

/** How often snapshots are taken while somebody looks, and how old one may be that is shown to the next, in milliseconds. */
const interval = 2000;
/** How often a stream shows that it lives, in milliseconds. */
const pingInterval = 15_000;
/** After how long a stream ends, in milliseconds. Who opens the next one is asked who it is: a login may have ended. */
const longestStream = 5 * 60_000;
/** How many tabs may be open. */
const mostStreams = 200;

export interface Live {
  /** A snapshot that is at most 2 s old. */
  current(): Promise<Snapshot>;
  /** Opens a stream of snapshots. Throws STREAMS_EXHAUSTED. */
  open(): Promise<Readable>;
  /** Ends all streams. */
  close(): Promise<void>;
}

/** Takes snapshots for all who look: one after another however many they are, and none while nobody looks. */
export function createLive(take: () => Promise<Snapshot>, log: TaskLogger): Live {
  const streams = new Set<EventStream>();
  let last: { snapshot: Snapshot; at: number } | undefined;
  let taking: Promise<Snapshot> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function current(): Promise<Snapshot> {
    if (last && Date.now() - last.at < interval) return Promise.resolve(last.snapshot);
    taking ??= take()
      .then((snapshot) => {
        last = { snapshot, at: Date.now() };
        return snapshot;
      })
      .finally(() => {
        taking = undefined;
      });
    return taking;
  }

  async function tell(): Promise<void> {
    try {
      const event = formatEvent('snapshot', await current());
      // Whoever has not taken the last one gets the next one after that.
      for (const stream of streams) if (stream.isReady) stream.write(event);
    } catch (error) {
      log.error({ err: error }, `A snapshot for the monitor failed: ${(error as Error).message}`);
    }
    if (!closed && streams.size > 0) timer = setTimeout(tell, interval);
    else timer = undefined;
  }

  const pings = setInterval(() => {
    for (const stream of streams) stream.ping();
  }, pingInterval);
  pings.unref();

  return {
    current,
    async open() {
      const first = formatEvent('snapshot', await current());
      if (streams.size >= mostStreams) throw coded('STREAMS_EXHAUSTED', { limit: mostStreams });
      const stream = createEventStream(() => undefined);
      streams.add(stream);
      const end = setTimeout(() => stream.end(), longestStream);
      stream.output.once('close', () => {
        clearTimeout(end);
        streams.delete(stream);
      });
      stream.write(first);
      timer ??= setTimeout(tell, interval);
      return stream.output;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(pings);
      for (const stream of streams) stream.output.destroy();
      await taking?.catch(() => undefined);
    },
  };
}
