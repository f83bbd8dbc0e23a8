import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.js';

/** What is stored of a user's password reset token, with the user's time zone; undefined when there is no such token. */
export function findPasswordReset(db: Kysely<Database>, userId: number, tokenHash: string) {
  return db
    .selectFrom('password_reset_tokens')
    .innerJoin('users', 'users.id', 'password_reset_tokens.user_id')
    .select(['password_reset_tokens.expires_at as expiresAt', 'password_reset_tokens.used_at as usedAt', 'users.timezone'])
    .where('token_hash', '=', tokenHash)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}
