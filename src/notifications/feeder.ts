import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { type EventStream, formatEvent } from '../http/event-stream.js';
import type { TaskLogger } from '../taskkit/index.js';
import { type News, pageSize, readNews } from './stream-queries.js';

/** For how many readers the database is asked at once. */
const readersAtOnce = 100;
/** How long to wait before the database is asked again after a fault, in milliseconds. */
const patience = 1000;

/** Somebody with an open stream, and the place they have read to. */
export interface Reader {
  userId: number;
  /** The id up to which notifications were sent. */
  after: number;
  /** The count that was sent last. */
  unread?: number;
  stream: EventStream;
}

/**
 * Feeds readers. `wake` says that there may be news for one; what is new is then read from the table, for many readers together
 * and never twice at a time. Once `signal` is aborted nothing more is read, and `idle` resolves when nothing is being read.
 */
export function createFeeder(db: Kysely<Database>, signal: AbortSignal, log: TaskLogger) {
  const due = new Set<Reader>();
  let feeding: Promise<void> | undefined;

  async function feed(): Promise<void> {
    // Readers that are woken together are read for together.
    await setImmediate();
    let failing = false;
    while (due.size > 0 && !signal.aborted) {
      const readers = take(due);
      try {
        const news = await readNews(db, readers);
        for (const [place, reader] of readers.entries()) {
          if (send(reader, news[place])) due.add(reader);
        }
        failing = false;
      } catch (error) {
        if (!failing) log.warn({}, `Notifications wait to be streamed: ${(error as Error).message}`);
        failing = true;
        for (const reader of readers) due.add(reader);
        await sleep(patience, undefined, { signal }).catch(() => undefined);
      }
    }
    feeding = undefined;
  }

  return {
    wake(reader: Reader): void {
      due.add(reader);
      feeding ??= feed();
    },
    idle: async (): Promise<void> => feeding,
  };
}

/** Takes some of those that are due. One whose stream isn't ready is left out: it is woken when its client has taken what it was sent. */
function take(due: Set<Reader>): Reader[] {
  const taken: Reader[] = [];
  for (const reader of due) {
    due.delete(reader);
    if (reader.stream.isReady) taken.push(reader);
    if (taken.length === readersAtOnce) break;
  }
  return taken;
}

/** Sends a reader the news; without any, the user is gone or not active any more. Says whether there may be more. */
function send(reader: Reader, news: News | undefined): boolean {
  const { stream } = reader;
  if (!stream.isReady) return false;
  if (!news) {
    stream.end();
    return false;
  }
  const { notifications, unread } = news;
  const events = notifications.map((notification) => formatEvent('notification', notification, notification.id));
  if (unread !== reader.unread) events.push(formatEvent('unread', { unread }));
  if (events.length > 0) stream.write(events.join(''));
  reader.after = notifications.at(-1)?.id ?? reader.after;
  reader.unread = unread;
  return notifications.length === pageSize;
}
