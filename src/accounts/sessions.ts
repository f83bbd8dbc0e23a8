import type { Kysely } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendWelcomeEmail } from '../tasks/email.js';
import { hashPassword, verifyPassword } from './passwords.js';
import {
  deleteRefreshToken,
  findUserByEmail,
  insertRefreshToken,
  insertUser,
  noteLogin,
  revokeSessionsOfUsedToken,
  rotateRefreshToken,
  type User,
} from './queries.js';
import { createToken, hashToken } from './tokens.js';
import { proposeUsername } from './username.js';

interface Session {
  user: User;
  /** Only its hash is stored: it is told once. */
  refreshToken: string;
}

interface NewAccount {
  email: string;
  /** Default: made from the name. */
  username?: string | undefined;
  name: string;
  passwordHash: string;
}

type Registration = Omit<NewAccount, 'passwordHash'> & { password: string };

/** As `createAccount`, with a password. */
export const register = async (db: Kysely<Database>, { password, ...about }: Registration): Promise<Session> =>
  createAccount(db, { ...about, passwordHash: await hashPassword(password) });

/** Creates the account; with its commit the welcome mail and the check for achievements are on their way. Throws EMAIL_TAKEN, USERNAME_TAKEN. */
export async function createAccount(db: Kysely<Database>, { email, username, name, passwordHash }: NewAccount): Promise<Session> {
  const { token, hash } = createToken();
  const user = await db.transaction().execute(async (transaction) => {
    const created = await insertUser(transaction, { email, username: username ?? proposeUsername(name), name, passwordHash });
    await insertRefreshToken(transaction, created.id, hash);
    await recordActivity(transaction, created.id, 'login', null);
    await sendWelcomeEmail.delayOnCommit(transaction, { userId: created.id });
    await checkUserAchievements.delayOnCommit(transaction, { userId: created.id });
    return created;
  });
  return { user, refreshToken: token };
}

/** Throws CREDENTIALS_INVALID, after the same time, for an unknown address, a wrong password and an account that is not active. */
export async function logIn(db: Kysely<Database>, email: string, password: string): Promise<Session> {
  const found = await findUserByEmail(db, email);
  const matches = await verifyPassword(password, found?.passwordHash);
  if (!found || !matches) throw coded('CREDENTIALS_INVALID');
  const { user, passwordHash } = found;
  const { token, hash } = createToken();
  await db.transaction().execute(async (transaction) => {
    if (!(await noteLogin(transaction, user.id, passwordHash))) throw coded('CREDENTIALS_INVALID');
    await insertRefreshToken(transaction, user.id, hash);
  });
  return { user, refreshToken: token };
}

/**
 * Exchanges a refresh token for the next one. Throws REFRESH_TOKEN_INVALID.
 * A token that comes a second time was copied, and nobody knows by whom: then every session of its user ends (RFC 9700, 4.14.2).
 */
export async function refresh(db: Kysely<Database>, refreshToken: string): Promise<{ userId: number; refreshToken: string }> {
  const { token, hash } = createToken();
  const used = hashToken(refreshToken);
  const userId = await rotateRefreshToken(db, used, hash);
  if (userId === undefined) {
    await revokeSessionsOfUsedToken(db, used);
    throw coded('REFRESH_TOKEN_INVALID');
  }
  return { userId, refreshToken: token };
}

/** Ends the session that this refresh token would continue. Does nothing for one that is unknown. */
export async function logOut(db: Kysely<Database>, refreshToken: string): Promise<void> {
  await deleteRefreshToken(db, hashToken(refreshToken));
}
