import { type Kysely, sql } from 'kysely';
import { achievementDefinitions, progressOf, standingsOf } from '../achievements/index.js';
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

const pointRules = achievementDefinitions.filter(({ metric }) => metric === 'points');

/** A user's points, and the nearest achievement above them that asks for points alone; null when there is none. */
export async function findPoints(db: Kysely<Database>, userId: number) {
  const standing = (await standingsOf(db, [userId], pointRules)).get(userId)!;
  const next = progressOf(standing, pointRules).find(({ current, threshold }) => current < threshold);
  return {
    total: standing.points,
    next: next ? { name: next.rule.name, missing: next.threshold - next.current } : null,
  };
}
