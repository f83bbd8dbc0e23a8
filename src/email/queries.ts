import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export interface Recipient {
  userId: number;
  address: string;
  name: string;
  username: string;
  isActive: boolean;
  /** Why no mail goes to the address, such as an earlier bounce; null when it may. */
  suppressedBecause: string | null;
}

/** The user a mail goes to. Throws USER_NOT_FOUND. */
export async function findRecipient(db: Kysely<Database>, userId: number): Promise<Recipient> {
  const recipient = await db
    .selectFrom('users')
    .leftJoin('email_suppressions', (join) => join.on('email_suppressions.address', '=', sql<string>`lower(users.email)`))
    .select([
      'users.id as userId',
      'users.email as address',
      'users.name',
      'users.username',
      'users.is_active as isActive',
      'email_suppressions.reason as suppressedBecause',
    ])
    .where('users.id', '=', userId)
    .executeTakeFirst();
  if (!recipient) throw coded('USER_NOT_FOUND', { userId });
  return recipient;
}

/** A user's points, and the nearest achievement above them that asks for points alone; null when there is none. */
export async function findPoints(db: Kysely<Database>, userId: number) {
  const { total } = await db
    .selectFrom('points_ledger')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('points'), sql<number>`0`).as('total'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const next = await db
    .selectFrom('achievements')
    .select(['name', 'threshold'])
    .where('metric', '=', 'points')
    .where('threshold', '>', Number(total))
    .orderBy('threshold')
    .orderBy('key')
    .limit(1)
    .executeTakeFirst();
  return { total: Number(total), next: next ? { name: next.name, missing: next.threshold - Number(total) } : null };
}
