import { setMaxListeners } from 'node:events';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { JourneymanError } from '../errors.js';
import { markTried, suppressAddress, type TriedMail } from './mail-log.js';
import type { Mailer, OutgoingMail } from './mailer.js';
import { faultOf } from './smtp-errors.js';

/** A mail that is claimed and rendered. */
export interface PreparedMail extends Omit<OutgoingMail, 'signal'> {
  /** Its row of the mail log. */
  mailId: number;
}

/**
 * Sends mails over all connections of the mailer, and notes each result as it comes. Returns the error of each mail that did not
 * go, by its row of the mail log. Once the mail server takes no mails at all, it lets those under way end and throws EMAIL_UNAVAILABLE.
 */
export async function sendMails(
  { db, mailer }: { db: Kysely<Database>; mailer: Mailer },
  mails: PreparedMail[],
  signal: AbortSignal | undefined,
): Promise<Map<number, JourneymanError>> {
  const errors = new Map<number, JourneymanError>();
  // Every mail under way listens to it, which are more than Node takes for usual.
  if (signal) setMaxListeners(0, signal);
  const mark = together((tried: TriedMail[]) => markTried(db, tried));

  // Twice the connections, so that each has a mail to send while the result of the one before is written.
  await inLanes(mails, 2 * mailer.connections, async ({ mailId, ...mail }) => {
    const error = await trySending(mailer, { ...mail, ...(signal && { signal }) });
    if (!error) return mark({ mailId, status: 'sent', error: null });

    errors.set(mailId, error);
    const fault = faultOf(error.cause);
    if (fault === 'address') await suppressAddress(db, mail.to.address, String(error.values.reply));
    await mark({ mailId, status: error.permanent ? 'failed' : 'sending', error: error.message });
    if (fault === 'server') throw error;
  });
  return errors;
}

async function trySending(mailer: Mailer, mail: OutgoingMail): Promise<JourneymanError | undefined> {
  try {
    await mailer.send(mail);
    return undefined;
  } catch (error) {
    if (error instanceof JourneymanError) return error;
    throw error;
  }
}

/** Works on every item, `lanes` at a time. After a failure no item is begun any more; it is thrown when those under way have ended. */
async function inLanes<T>(items: T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  // A generator, and not the array's own iterator, because a failure in one lane then ends it for all.
  const rest = (function* () {
    yield* items;
  })();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Writes one thing at a time: what comes in meanwhile goes into the next write together. Each promise is that of its write. */
function together<T>(write: (items: T[]) => Promise<void>): (item: T) => Promise<void> {
  let waiting: T[] = [];
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  const writeNext = () => {
    const items = waiting;
    waiting = [];
    next = undefined;
    return write(items);
  };
  return (item) => {
    waiting.push(item);
    next ??= last = last.then(writeNext, writeNext);
    return next;
  };
}
