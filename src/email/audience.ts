import { type Kysely, type RawBuilder, sql } from 'kysely';
import { activeUsers } from '../accounts/index.js';
import { type KeyRange, keyRanges } from '../batch.js';
import type { Database } from '../db/schema.js';
import type { Recipient } from './queries.js';

/** How many users one part of a mail to many is for. */
const USERS_PER_CHUNK = 500;

/** A user whom a mail to many may go to. */
export interface Member extends Recipient {
  /** As the user gave it: it may not exist. */
  timezone: string;
  /** Whether the user wants no mail of this kind. */
  switchedOff: boolean;
}

/** The ranges of users seen in the last `days` days before `at`, in the parts that a mail to all of them is sent in. */
export const audienceRanges = (db: Kysely<Database>, at: Date, days: number): Promise<KeyRange[]> =>
  keyRanges(db, sql`SELECT id FROM users WHERE ${activeUsers(at, days)}`, USERS_PER_CHUNK);

/** The users of a range who were seen in the last `days` days before `at`, with all that decides whether they get the mail. */
export async function findAudience(
  db: Kysely<Database>,
  { fromId, toId }: KeyRange,
  { kind, at, days }: { kind: string; at: Date; days: number },
): Promise<Member[]> {
  const { rows } = await sql<Member>`
    SELECT users.id AS "userId", users.email AS address, users.name, users.username, users.timezone,
      users.is_active AS "isActive", email_suppressions.reason AS "suppressedBecause",
      coalesce(NOT email_preferences.enabled, false) AS "switchedOff"
    FROM users
    LEFT JOIN email_suppressions ON email_suppressions.address = lower(users.email)
    LEFT JOIN email_preferences ON email_preferences.user_id = users.id AND email_preferences.kind = ${kind}
    WHERE users.id BETWEEN ${fromId} AND ${toId} AND ${activeUsers(at, days)}
    ORDER BY users.id
  `.execute(db);
  return rows;
}

/** What became of an earlier mail. */
export interface LoggedMail {
  status: 'sending' | 'sent' | 'failed' | 'suppressed' | 'skipped';
  /** For which time the mail was. */
  at: Date;
}

/** What became of the mails with these unique keys; those that were never begun are left out. */
export async function findMails(db: Kysely<Database>, uniqueKeys: string[]): Promise<Map<string, LoggedMail>> {
  const rows = await db
    .selectFrom('mail_log')
    .select(['unique_key', 'status', 'created_at as at'])
    .where('unique_key', '=', sql<string>`ANY(${uniqueKeys}::text[])`)
    .execute();
  return new Map(rows.map(({ unique_key, ...mail }) => [unique_key, mail]));
}

/** A user and the time that facts are asked for, from `since` on. */
export interface Since {
  userId: number;
  since: Date;
}

/** The users as the relation `person (id, since)`. */
export const persons = (users: Since[]): RawBuilder<unknown> => sql`unnest(
  ${users.map(({ userId }) => userId)}::bigint[],
  ${users.map(({ since }) => since.toISOString())}::timestamptz[]
) AS person (id, since)`;
