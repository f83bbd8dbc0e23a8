import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { Json, TaskContext } from '../taskkit/index.js';
import { checkEntry } from './batch-entries.js';
import { createNotifications, type NewNotification } from './create.js';

/** How many notifications one statement creates. */
const sliceSize = 1000;

type Placed = NewNotification & { index: number };

/**
 * Creates the notifications of a batch, those that are right, and says what is wrong with each of the others by its index.
 * Each slice is there to stay: a batch that runs again, its keys being the task's id and the index, goes on where it ended.
 */
export async function sendBatch(
  db: Kysely<Database>,
  entries: Record<string, Json>[],
  { id, signal, progress }: Pick<TaskContext, 'id' | 'signal' | 'progress'>,
) {
  const rejected: { index: number; reason: string }[] = [];
  const accepted: Placed[] = [];
  for (const [index, entry] of entries.entries()) {
    const checked = checkEntry(entry);
    if ('reason' in checked) rejected.push({ index, reason: checked.reason });
    else {
      const { notificationType, relatedUserId = null, ...fields } = checked.fields;
      accepted.push({ ...fields, type: notificationType, relatedUserId, uniqueKey: `task:${id}:${index}`, index });
    }
  }

  let created = 0;
  let alreadyCreated = 0;
  for (let start = 0; start < accepted.length; start += sliceSize) {
    signal.throwIfAborted();
    const slice = accepted.slice(start, start + sliceSize);
    const outcome = await createNotifications(db, slice);
    for (const [place, { index, userId }] of slice.entries()) {
      if (!outcome[place]?.userExists) rejected.push({ index, reason: coded('USER_NOT_FOUND', { userId }).message });
      else if (outcome[place].id === null) alreadyCreated += 1;
      else created += 1;
    }
    await progress({ done: start + slice.length, of: accepted.length });
  }
  rejected.sort((one, other) => one.index - other.index);
  return { created, alreadyCreated, rejected };
}
