import { parseTypedJson } from '../codec/typed-json.js';
import { type CeleryRedis, connectRedis, disconnect, reaching } from '../redis/connect.js';
import type { ResultKeys } from '../redis/names.js';

/** A result as Celery's backend holds it, as far as a caller needs it. */
export interface StoredResult {
  status: string;
  result: unknown;
  traceback: string | null;
}

/** Tells of results in Celery's backend as they come. */
export interface ResultWatch {
  /**
   * Calls back with each state of a task that is stored, the present one included, until it is told to stop. Resolves when
   * nothing that is stored from now on is missed. Throws BROKER_UNREACHABLE.
   */
  watch(id: string, onResult: (result: StoredResult) => void): Promise<() => void>;
  close(): Promise<void>;
}

/** A news that went astray is found by looking, this often, in milliseconds, at so many results at once. */
const pollInterval = 5000;
const pollSize = 1000;

/**
 * @param url Celery's result backend.
 * @param redis A connection to it.
 */
export function createResultWatch(url: string, redis: CeleryRedis, keys: ResultKeys): ResultWatch {
  const watched = new Map<string, Set<(result: StoredResult) => void>>();
  let subscriber: CeleryRedis | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isPolling = false;

  function deliver(key: string, text: string): void {
    for (const tell of watched.get(key) ?? []) tell(parseTypedJson(text) as StoredResult);
  }

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    try {
      const all = [...watched.keys()];
      for (let start = 0; start < all.length; start += pollSize) {
        const some = all.slice(start, start + pollSize);
        for (const [index, text] of (await redis.mget(some)).entries()) if (text !== null) deliver(some[index]!, text);
      }
    } catch {
      // The server is away: the next look finds what this one did not.
    } finally {
      isPolling = false;
    }
  }

  function connect(): CeleryRedis {
    if (subscriber) return subscriber;
    subscriber = connectRedis(url);
    subscriber.on('message', deliver);
    // What came while the connection was lost.
    subscriber.on('ready', () => void poll());
    timer = setInterval(() => void poll(), pollInterval);
    return subscriber;
  }

  return {
    async watch(id, onResult) {
      const key = keys.task(id);
      const connection = connect();
      // A run that counts as lost may go on beside the one that was made for it.
      const watchers = watched.get(key) ?? new Set();
      watched.set(key, watchers.add(onResult));
      const stop = () => {
        watchers.delete(onResult);
        if (watchers.size > 0 || watched.get(key) !== watchers) return;
        watched.delete(key);
        connection.unsubscribe(key).catch(() => undefined);
      };
      try {
        await reaching(connection, () => connection.subscribe(key));
        const present = await reaching(redis, () => redis.get(key));
        if (present !== null) deliver(key, present);
      } catch (error) {
        stop();
        throw error;
      }
      return stop;
    },
    async close() {
      clearInterval(timer);
      if (subscriber) await disconnect(subscriber);
    },
  };
}
