import { type Kysely, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { recordActivity } from '../db/activity.js';
import type { Level } from '../db/schema/columns.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export interface User {
  id: number;
  email: string;
  username: string;
  name: string;
  headline: string | null;
  location: string | null;
  timezone: string;
  level: Level | null;
  isStaff: boolean;
  isPremium: boolean;
  createdAt: Date;
}

const userColumns = [
  'id',
  'email',
  'username',
  'name',
  'headline',
  'location',
  'timezone',
  'level',
  'is_staff as isStaff',
  'is_premium as isPremium',
  'created_at as createdAt',
] as const;

/** Days that a refresh token is accepted while it is not used. */
const refreshTokenDays = 30;
const refreshTokenEnd = sql<Date>`now() + make_interval(days => ${sql.lit(refreshTokenDays)})`;

const uniqueViolation = '23505';

/** Creates a user who has just been seen. Throws EMAIL_TAKEN or USERNAME_TAKEN, whatever the case of the letters. */
export async function insertUser(
  db: Kysely<Database>,
  { email, username, name, passwordHash }: { email: string; username: string; name: string; passwordHash: string },
): Promise<User> {
  try {
    return await db
      .insertInto('users')
      .values({ email, username, name, password_hash: passwordHash, last_seen_at: sql`now()` })
      .returning(userColumns)
      .executeTakeFirstOrThrow();
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === uniqueViolation) {
      if (error.constraint === 'users_email_key') throw coded('EMAIL_TAKEN', {}, { cause: error });
      if (error.constraint === 'users_username_key') throw coded('USERNAME_TAKEN', { username }, { cause: error });
    }
    throw error;
  }
}

/** The user with this id; throws USER_NOT_FOUND. */
export async function getUser(db: Kysely<Database>, userId: number): Promise<User> {
  const user = await db.selectFrom('users').select(userColumns).where('id', '=', userId).executeTakeFirst();
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  return user;
}

/** What users may change of themselves; what is left out stays as it is. */
export interface ProfileChange {
  name?: string | undefined;
  headline?: string | null | undefined;
  location?: string | null | undefined;
  timezone?: string | undefined;
  level?: Level | null | undefined;
}

/** Changes the user's own account. Throws USER_NOT_FOUND. */
export async function updateProfile(transaction: Transaction<Database>, userId: number, change: ProfileChange): Promise<User> {
  const user = await transaction
    .updateTable('users')
    .set({ ...change, updated_at: sql`now()` })
    .where('id', '=', userId)
    .returning(userColumns)
    .executeTakeFirst();
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  await recordActivity(transaction, userId, 'profile_updated', null);
  return user;
}

/** The active user with this e-mail address, whatever its case, with the hash of the password. */
export async function findUserByEmail(
  db: Kysely<Database>,
  email: string,
): Promise<{ user: User; passwordHash: string } | undefined> {
  const row = await db
    .selectFrom('users')
    .select([...userColumns, 'password_hash'])
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .where('is_active', '=', true)
    .executeTakeFirst();
  if (!row) return undefined;
  const { password_hash: passwordHash, ...user } = row;
  return { user, passwordHash };
}

/** Who a request comes from. */
export interface Account {
  id: number;
  isStaff: boolean;
}

/** The active user with this id. Notes that the user was seen, at most once an hour. */
export async function seeAccount(db: Kysely<Database>, userId: number): Promise<Account | undefined> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'is_staff', sql<boolean>`coalesce(last_seen_at < now() - interval '1 hour', true)`.as('unseen')])
    .where('id', '=', userId)
    .where('is_active', '=', true)
    .executeTakeFirst();
  if (row?.unseen) {
    await db.updateTable('users').set({ last_seen_at: sql`now()` }).where('id', '=', userId).execute();
  }
  return row && { id: row.id, isStaff: row.is_staff };
}

/**
 * Notes that a user logs in. Returns false when the password has been changed since it was compared with the hash,
 * or the account is no longer active.
 */
export async function noteLogin(transaction: Transaction<Database>, userId: number, passwordHash: string): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('users')
    .set({ last_seen_at: sql`now()` })
    .where('id', '=', userId)
    .where('password_hash', '=', passwordHash)
    .where('is_active', '=', true)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await recordActivity(transaction, userId, 'login', null);
  return true;
}

/** Stores a new refresh token, and forgets those of the user that have expired. */
export async function insertRefreshToken(db: Kysely<Database>, userId: number, tokenHash: string): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('user_id', '=', userId).where('expires_at', '<', sql<Date>`now()`).execute();
  await db.insertInto('refresh_tokens').values({ token_hash: tokenHash, user_id: userId, expires_at: refreshTokenEnd }).execute();
}

/**
 * Replaces a refresh token by its successor and notes that the user was seen. Of two that use the same token at once, one succeeds.
 * Returns the user's id; undefined when the token is unknown, expired or used, or its user is not active.
 */
export async function rotateRefreshToken(db: Kysely<Database>, tokenHash: string, nextHash: string): Promise<number | undefined> {
  const row = await db
    .with('used', (query) =>
      query
        .updateTable('refresh_tokens')
        .set({ revoked_at: sql`now()` })
        .where('token_hash', '=', tokenHash)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .returning('user_id'),
    )
    .with('seen', (query) =>
      query
        .updateTable('users')
        .set({ last_seen_at: sql`now()` })
        .from('used')
        .whereRef('users.id', '=', 'used.user_id')
        .where('is_active', '=', true)
        .returning('users.id'),
    )
    .insertInto('refresh_tokens')
    .columns(['token_hash', 'user_id', 'expires_at'])
    .expression((query) =>
      query.selectFrom('seen').select([sql.val(nextHash).as('token_hash'), 'id', refreshTokenEnd.as('expires_at')]),
    )
    .returning('user_id')
    .executeTakeFirst();
  return row?.user_id;
}

/** Ends every session of the user to whom a used refresh token belonged. Does nothing for a token that is unknown or unused. */
export async function revokeSessionsOfUsedToken(db: Kysely<Database>, tokenHash: string): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set({ revoked_at: sql`now()` })
    .where('revoked_at', 'is', null)
    .where('user_id', '=', (query) =>
      query
        .selectFrom('refresh_tokens')
        .select('user_id')
        .where('token_hash', '=', tokenHash)
        .where('revoked_at', 'is not', null),
    )
    .execute();
}

/** Forgets a refresh token, if it is known. Unlike a used one, it does not end other sessions when it comes again. */
export async function deleteRefreshToken(db: Kysely<Database>, tokenHash: string): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('token_hash', '=', tokenHash).execute();
}
