import { type Kysely, sql } from 'kysely';
import { lockUser } from '../db/lock-user.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { deleteResumesOf } from '../resumes/index.js';
import { verifyPassword } from './passwords.js';

/**
 * Closes the user's own account: it is no longer active, its resumes are deleted, and no token of it works any more. All or
 * nothing. Throws CREDENTIALS_INVALID for a wrong password.
 */
export async function closeAccount(db: Kysely<Database>, userId: number, password: string): Promise<void> {
  const user = await db.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst();
  if (!(await verifyPassword(password, user?.password_hash))) throw coded('CREDENTIALS_INVALID');
  await db.transaction().execute(async (transaction) => {
    // A refresh locks its token and then the user: in the same order here, so that neither waits for the other for ever.
    await transaction.selectFrom('refresh_tokens').select('token_hash').where('user_id', '=', userId).forUpdate().execute();
    await lockUser(transaction, userId);
    await transaction.updateTable('users').set({ is_active: false, updated_at: sql`now()` }).where('id', '=', userId).execute();
    await transaction.deleteFrom('refresh_tokens').where('user_id', '=', userId).execute();
    await transaction.deleteFrom('password_reset_tokens').where('user_id', '=', userId).execute();
    await deleteResumesOf(transaction, userId);
  });
}
