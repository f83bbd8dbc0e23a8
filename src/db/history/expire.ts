import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.js';

/** How many rows one statement deletes, so that none takes long. */
const batch = 5000;

/**
 * Deletes the tasks of which nothing has been heard for more than `days` days, in batches until none is left; 0 deletes all.
 * Of several at once each deletes its own batches. Returns how many were deleted here.
 */
export async function expireHistory(db: Kysely<Database>, days: number): Promise<number> {
  await sql`DELETE FROM task_attempts WHERE ended_at < now() - make_interval(days => ${days})`.execute(db);
  for (let total = 0; ; ) {
    const { numAffectedRows } = await sql`
      DELETE FROM task_history WHERE id IN (
        SELECT id FROM task_history WHERE updated_at < now() - make_interval(days => ${days})
        ORDER BY updated_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
      )
    `.execute(db);
    const deleted = Number(numAffectedRows ?? 0);
    total += deleted;
    if (deleted < batch) return total;
  }
}
