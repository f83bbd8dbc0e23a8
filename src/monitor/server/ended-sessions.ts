import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import type { SignedSession } from './cookie.js';

/** Whether somebody has logged out of a session, in any monitor. */
export async function isEnded(db: Kysely<Database>, { signature }: SignedSession): Promise<boolean> {
  const row = await db.selectFrom('monitor_logouts').select('session').where('session', '=', signature).executeTakeFirst();
  return row !== undefined;
}

/** Ends a session for good. Those that have expired by themselves are forgotten. */
export async function endSession(db: Kysely<Database>, { signature, expires }: SignedSession): Promise<void> {
  await db.deleteFrom('monitor_logouts').where('expires_at', '<', sql<Date>`now()`).execute();
  await db
    .insertInto('monitor_logouts')
    .values({ session: signature, expires_at: new Date(expires) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
