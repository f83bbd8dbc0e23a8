import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.js';

/** Deletes what was done through the monitor more than `days` days ago. */
export async function expireAudit(db: Kysely<Database>, days: number): Promise<void> {
  await db.deleteFrom('monitor_audit').where('at', '<', sql<Date>`now() - make_interval(days => ${days})`).execute();
}
