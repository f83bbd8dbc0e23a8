import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';

/** The kinds of mail that a user can switch off, in the order they are listed. A mail of no kind always goes out. */
export const mailKinds = ['achievements', 'job_matches', 'mentoring', 'courses', 'digest', 'weekly_report'] as const;
export type MailKind = (typeof mailKinds)[number];

export interface MailPreference {
  kind: MailKind;
  enabled: boolean;
}

/** Every kind of mail, and whether the user wants it. */
export async function listPreferences(db: Kysely<Database>, userId: number): Promise<MailPreference[]> {
  const rows = await db
    .selectFrom('email_preferences')
    .select('kind')
    .where('user_id', '=', userId)
    .where('enabled', '=', false)
    .execute();
  const off = new Set(rows.map(({ kind }) => kind));
  return mailKinds.map((kind) => ({ kind, enabled: !off.has(kind) }));
}

/** Switches kinds of mail on or off, each given once; the others stay as they are. Does nothing for a user who is gone. */
export async function setPreferences(db: Kysely<Database>, userId: number, preferences: MailPreference[]): Promise<void> {
  await sql`
    INSERT INTO email_preferences (user_id, kind, enabled)
    SELECT users.id, given.kind, given.enabled
    FROM users, unnest(
      ${preferences.map(({ kind }) => kind)}::text[],
      ${preferences.map(({ enabled }) => enabled)}::boolean[]
    ) AS given (kind, enabled)
    WHERE users.id = ${userId}
    ORDER BY given.kind
    ON CONFLICT (user_id, kind) DO UPDATE SET enabled = excluded.enabled, updated_at = now()
    WHERE email_preferences.enabled <> excluded.enabled
  `.execute(db);
}

/** Those of the users who have switched this kind of mail off. */
export async function findOptedOut(db: Kysely<Database>, kind: MailKind, userIds: number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('email_preferences')
    .select('user_id')
    .where('kind', '=', kind)
    .where('enabled', '=', false)
    .where('user_id', 'in', userIds)
    .execute();
  return new Set(rows.map(({ user_id }) => user_id));
}
