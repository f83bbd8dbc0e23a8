import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { verifyPassword } from './passwords.js';
import { findUserByEmail } from './queries.js';

/** Somebody of the platform's staff. */
export interface StaffAccount {
  id: number;
  email: string;
  passwordHash: string;
}

/** The active staff account with this address and password, or undefined; a wrong password takes as long as an unknown address. */
export async function checkStaffPassword(
  db: Kysely<Database>,
  email: string,
  password: string,
): Promise<StaffAccount | undefined> {
  const found = await findUserByEmail(db, email);
  const matches = await verifyPassword(password, found?.passwordHash);
  return found && matches && found.user.isStaff
    ? { id: found.user.id, email: found.user.email, passwordHash: found.passwordHash }
    : undefined;
}

/** The active staff account with this id, or undefined. */
export async function findStaff(db: Kysely<Database>, id: number): Promise<StaffAccount | undefined> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'email', 'password_hash as passwordHash'])
    .where('id', '=', id)
    .where('is_staff', '=', true)
    .where('is_active', '=', true)
    .executeTakeFirst();
  return row;
}
