import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { sendPasswordResetEmail } from '../tasks/email.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { hashPassword } from './passwords.js';
import { createToken, hashToken } from './tokens.js';

/**
 * Lets an active user with this e-mail address choose a new password: the mail with the link is on its way with the commit.
 * Links that the user was sent before stop working. Does nothing for an address that nobody has.
 *
 * @param lifetime Seconds that the link works.
 */
export async function requestPasswordReset(db: Kysely<Database>, email: string, lifetime: number): Promise<void> {
  const { token, hash } = createToken();
  await db.transaction().execute(async (transaction) => {
    // Locked, so that of two requests at once the later one forgets the link of the earlier one.
    const user = await transaction
      .selectFrom('users')
      .select('id')
      .where(sql`lower(email)`, '=', email.toLowerCase())
      .where('is_active', '=', true)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!user) return;
    await forgetTokens(transaction, user.id);
    await transaction
      .insertInto('password_reset_tokens')
      .values({ token_hash: hash, user_id: user.id, expires_at: sql`now() + make_interval(secs => ${lifetime})` })
      .execute();
    await sendPasswordResetEmail.delayOnCommit(transaction, { userId: user.id, resetToken: token });
  });
}

/** Forgets the tokens of a user, and everybody's that have expired, except for those that others are forgetting at the moment. */
async function forgetTokens(transaction: Transaction<Database>, userId: number): Promise<void> {
  await transaction
    .deleteFrom('password_reset_tokens')
    .where('token_hash', 'in', (query) =>
      query
        .selectFrom('password_reset_tokens')
        .select('token_hash')
        .where((token) => token.or([token('user_id', '=', userId), token('expires_at', '<', sql<Date>`now()`)]))
        .forUpdate()
        .skipLocked(),
    )
    .execute();
}

/**
 * Sets a new password, once for each link, and ends every session of the user; who is told of it.
 * Throws PASSWORD_RESET_INVALID for a token that is unknown, used or expired, or whose user is not active.
 */
export async function resetPassword(db: Kysely<Database>, token: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await db.transaction().execute(async (transaction) => {
    const userId = await useToken(transaction, hashToken(token));
    if (userId === undefined) throw coded('PASSWORD_RESET_INVALID');
    await replacePassword(transaction, userId, passwordHash);
    await sendNotificationAsync.delayOnCommit(transaction, {
      userId,
      notificationType: 'password_changed',
      title: 'Your password was changed',
      message: 'If it was not you, reset it again and tell us.',
    });
  });
}

/** Whose token it is; of several that use it at once, one is told. */
async function useToken(transaction: Transaction<Database>, tokenHash: string): Promise<number | undefined> {
  const used = await transaction
    .updateTable('password_reset_tokens')
    .set({ used_at: sql`now()` })
    .from('users')
    .whereRef('users.id', '=', 'password_reset_tokens.user_id')
    .where('users.is_active', '=', true)
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('user_id')
    .executeTakeFirst();
  return used?.user_id;
}

async function replacePassword(transaction: Transaction<Database>, userId: number, passwordHash: string): Promise<void> {
  const liveTokens = sql<boolean>`user_id = ${userId} AND revoked_at IS NULL AND expires_at > now()`;
  // A refresh locks its token and then the user. In the same order here, so that neither waits for the other for ever.
  await transaction.selectFrom('refresh_tokens').select('token_hash').where(liveTokens).forUpdate().execute();
  await transaction
    .updateTable('users')
    .set({ password_hash: passwordHash, updated_at: sql`now()` })
    .where('id', '=', userId)
    .execute();
  // Deleted rather than revoked: a revoked token that comes again, from a page left open, would end the sessions begun since.
  await transaction.deleteFrom('refresh_tokens').where(liveTokens).execute();
}
