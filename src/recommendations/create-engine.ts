import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import type { TaskLogger } from '../taskkit/index.js';
import type { Limits, UserFacts } from './engine/index.js';
import type { ComputedLists } from './engine-thread.js';
import { countChanges, loadSnapshot } from './snapshot.js';
import { type EngineThread, startEngineThread } from './start-engine-thread.js';

export interface Engine {
  /** Computes what suits these users, of the kinds that `limits` names. */
  recommend(users: UserFacts[], limits: Limits, now: Date): Promise<ComputedLists>;
  /** Ends the thread; what is being computed fails. No call of `recommend` may follow. */
  close(): Promise<void>;
}

/** How often it is looked at whether anything has changed, in milliseconds. */
const checkInterval = 5000;
/** From this age on the index is made anew even when no change was counted: how popular something is, is not counted. */
const renewalAge = 5 * 60_000;
/** An index that is older is not used, however long a new one takes. */
const usableAge = 10 * 60_000;
/** Where something changes all the time, loading takes no more than a tenth of it. */
const restFactor = 9;

interface Loaded {
  thread: EngineThread;
  changes: number;
  /** The moment that it shows, in milliseconds since 1970. */
  at: number;
  /** How long loading it took. */
  duration: number;
}

/**
 * Makes recommendations from an index of the database, one for all tasks of a process. The first call loads it. When the database has
 * changed, a new one is loaded while the old one is used.
 */
export function createEngine({ db, clock, log }: { db: Kysely<Database>; clock: () => Date; log: TaskLogger }): Engine {
  let loaded: Loaded | undefined;
  let loading: Promise<Loaded> | undefined;
  let thread: EngineThread | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const startThread = () =>
    startEngineThread(() => {
      thread = undefined;
      loaded = undefined;
    });

  async function load(): Promise<Loaded> {
    const started = clock();
    const { snapshot, changes } = await loadSnapshot(db, started);
    if (isClosed) throw new Error('The recommendation engine is closed.');
    thread ??= startThread();
    const used = thread;
    await used.load(snapshot);
    const duration = clock().getTime() - started.getTime();
    log.debug({ milliseconds: duration, people: snapshot.people.names.length }, 'What recommendations are made of is loaded');
    loaded = { thread: used, changes, at: started.getTime(), duration };
    return loaded;
  }

  function loadOnce(): Promise<Loaded> {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function isOutdated({ at, duration, changes }: Loaded, now: number): Promise<boolean> {
    if (now - at < duration * (1 + restFactor)) return false;
    return now - at >= renewalAge || (await countChanges(db)) !== changes;
  }

  async function ready(): Promise<Loaded> {
    const now = clock().getTime();
    let current = loaded;
    // What is being loaded may have begun long ago.
    while (!current || now - current.at >= usableAge) current = await loadOnce();
    if (now - checkedAt < checkInterval) return current;
    checkedAt = now;
    if (await isOutdated(current, now)) {
      loadOnce().catch((error: Error) =>
        log.warn({}, `What recommendations are made of could not be loaded anew: ${error.message}`),
      );
    }
    return current;
  }

  return {
    async recommend(users, limits, now) {
      const { thread: used } = await ready();
      return used.compute(users, limits, now);
    },
    async close() {
      isClosed = true;
      await loading?.catch(() => undefined);
      await thread?.end();
    },
  };
}
