import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import { listen } from '../db/listen.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { createEventStream } from '../http/event-stream.js';
import type { TaskLogger } from '../taskkit/index.js';
import { notificationChannel } from './create.js';
import { createFeeder, type Reader } from './feeder.js';
import { findStart } from './stream-queries.js';

/** The most streams that a user may have open in one process. */
const streamsPerUser = 5;
/** How often a stream shows that it lives, in milliseconds. A client that has taken nothing between two of these is dropped. */
const pingInterval = 15_000;

export interface StreamHub {
  /**
   * Opens a stream of server-sent events: the user's notifications after the id `after` or, without it, those that are yet to
   * come, and the count of the unread ones. It ends at `expiresAt`. Throws STREAMS_EXHAUSTED.
   */
  open(userId: number, options: { after?: number | undefined; expiresAt: Date }): Promise<Readable>;
  /** Ends all streams. */
  close(): Promise<void>;
}

/**
 * Keeps the streams of a process. They share one connection that listens, opened with the first of them.
 *
 * A notice only wakes a user's readers, and what is new is read after the id that was sent last. So nothing is lost or doubled
 * where notices are, nor at the seam between what was missed and what is live.
 *
 * @param databaseUrl Where to listen; the same database as `db`.
 */
export function createStreamHub(db: Kysely<Database>, databaseUrl: string, log: TaskLogger): StreamHub {
  const closing = new AbortController();
  const feeder = createFeeder(db, closing.signal, log);
  const readers = new Map<number, Set<Reader>>();
  const allReaders = () => [...readers.values()].flatMap((ofUser) => [...ofUser]);
  let listening: Promise<() => Promise<void>> | undefined;

  function onNotice(payload?: string): void {
    // Without a payload notices may have been missed.
    const woken = payload === undefined ? allReaders() : readers.get((JSON.parse(payload) as { userId: number }).userId);
    for (const reader of woken ?? []) feeder.wake(reader);
  }

  const startListening = () => {
    listening ??= listen(databaseUrl, notificationChannel, onNotice).catch((error) => {
      listening = undefined;
      throw error;
    });
    return listening;
  };

  /** Counts a reader in. Returns what counts it out again. */
  function add(reader: Reader): () => void {
    const { userId } = reader;
    const ofUser = readers.get(userId) ?? new Set();
    if (ofUser.size >= streamsPerUser) throw coded('STREAMS_EXHAUSTED', { limit: streamsPerUser });
    readers.set(userId, ofUser.add(reader));
    return () => {
      if (ofUser.delete(reader) && ofUser.size === 0) readers.delete(userId);
    };
  }

  const pings = setInterval(() => {
    for (const { userId, stream } of allReaders()) {
      stream.ping();
      if (stream.output.destroyed) log.info({ userId }, 'A stream was ended, because its client takes nothing');
    }
  }, pingInterval);
  pings.unref();

  return {
    async open(userId, { after, expiresAt }) {
      closing.signal.throwIfAborted();
      await startListening();
      const start = await findStart(db, userId, after);
      closing.signal.throwIfAborted();
      const stream = createEventStream(() => feeder.wake(reader));
      const reader: Reader = { userId, after: start, stream };
      const remove = add(reader);
      const expiry = setTimeout(stream.end, expiresAt.getTime() - Date.now());
      stream.output.once('close', () => {
        clearTimeout(expiry);
        remove();
      });
      feeder.wake(reader);
      return stream.output;
    },
    async close() {
      closing.abort();
      clearInterval(pings);
      for (const { stream } of allReaders()) stream.output.destroy();
      await feeder.idle();
      // Whoever opened a stream has been told that there is no listening.
      const stopListening = await listening?.catch(() => undefined);
      await stopListening?.();
    },
  };
}
