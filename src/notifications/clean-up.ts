import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';

/** How many rows one statement deletes: few enough to take well under a second and to hold up nobody. */
const batchSize = 5000;

/**
 * Deletes the notifications that were read and were created before `before`, the oldest first, a batch a statement. Each batch
 * is there to stay, whatever becomes of the next. Yields how many have been deleted so far.
 *
 * A notification that somebody is changing at the moment is left to the next time.
 */
export async function* deleteReadNotifications(db: Kysely<Database>, before: Date): AsyncGenerator<number> {
  let total = 0;
  // Each batch begins where the last one ended: the index is full of the rows that were just deleted.
  let from = '-infinity';
  for (;;) {
    const { rows } = await sql<{ deleted: number; last: string }>`
      WITH old AS (
        SELECT id FROM notifications
        WHERE read_at IS NOT NULL AND created_at >= ${from}::timestamptz AND created_at < ${before}
        ORDER BY created_at
        LIMIT ${batchSize}
        FOR UPDATE SKIP LOCKED
      ), deleted AS (
        DELETE FROM notifications USING old WHERE notifications.id = old.id RETURNING notifications.created_at
      )
      SELECT count(*) AS deleted, max(created_at)::text AS last FROM deleted
    `.execute(db);
    const [{ deleted, last } = { deleted: 0, last: from }] = rows;
    total += deleted;
    yield total;
    if (deleted < batchSize) return;
    from = last;
  }
}
