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
 * Sends mails over all connections of the mailer. Returns the error of each mail that did not go, by its row of the mail log. Once
 * the mail server takes no mails at all, it lets those under way end and throws EMAIL_UNAVAILABLE.
 */
export async function sendMails(
  { db, mailer }: { db: Kysely<Database>; mailer: Mailer },
  mails: PreparedMail[],
  signal: AbortSignal | undefined,
): Promise<Map<number, JourneymanError>> {
  const errors = new Map<number, JourneymanError>();
  // Every mail under way listens to it, which are more than Node takes for usual.
  if (signal) setMaxListeners(0, signal);

  // The results of a batch are written at once. Two batches, so that one has mails to send while the other's are written.
  await inLanes(batchesOf(mails, mailer.connections), 2, async (batch) => {
    const failures = await Promise.all(
      batch.map(({ mailId: _, ...mail }) => trySending(mailer, { ...mail, ...(signal && { signal }) })),
    );
    const tried = batch.map(({ mailId }, index): TriedMail => {
      const error = failures[index];
      if (!error) return { mailId, status: 'sent', error: null };
      errors.set(mailId, error);
      return { mailId, status: error.permanent ? 'failed' : 'sending', error: error.message };
    });
    for (const [index, error] of failures.entries()) {
      if (error && faultOf(error.cause) === 'address')
        await suppressAddress(db, batch[index]!.to.address, String(error.values.reply));
    }
    await markTried(db, tried);
    const away = failures.find((error) => error && faultOf(error.cause) === 'server');
    if (away) throw away;
  });
  return errors;
}

function batchesOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
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
