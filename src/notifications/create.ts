import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/schema.js';

/** Told of every user who has new notifications, or whose notifications were read: `{"userId": …}`, new ones also with `id`. */
export const notificationChannel = 'notifications';

export interface NewNotification {
  userId: number;
  type: string;
  title: string;
  message: string;
  relatedUserId: number | null;
  /** Names what the notification is about; a second one with the same key is not created. */
  uniqueKey: string;
}

/** What became of one notification: no `id` when there is no such user, or one with the same key was there before. */
export interface Created {
  id: number | null;
  userExists: boolean;
}

/**
 * Creates notifications in one statement and tells the channel `notifications` of each user's newest one, at the commit.
 * Says of each, in order, what became of it. Give at most some thousand.
 *
 * A related user who is gone is left out, as when that user is deleted later: the message is worth reading without the link.
 */
export async function createNotifications(db: Kysely<Database>, notifications: NewNotification[]): Promise<Created[]> {
  if (notifications.length === 0) return [];
  const column = <K extends keyof NewNotification>(key: K) => notifications.map((one) => one[key]);
  return insert(
    db,
    sql`
      SELECT * FROM unnest(
        ${column('userId')}::bigint[], ${column('type')}::text[], ${column('title')}::text[], ${column('message')}::text[],
        ${column('relatedUserId')}::bigint[], ${column('uniqueKey')}::text[]
      ) WITH ORDINALITY AS given (user_id, type, title, message, related_user_id, unique_key, place)
    `,
  );
}

/** Creates the same notification for each of the users, as `createNotifications` does; its key is `uniqueKey:USER`. */
export async function notifyUsers(
  db: Kysely<Database>,
  userIds: number[],
  { type, title, message, relatedUserId, uniqueKey }: Omit<NewNotification, 'userId'>,
): Promise<Created[]> {
  return insert(
    db,
    sql`
      SELECT
        user_id, ${type}::text AS type, ${title}::text AS title, ${message}::text AS message,
        ${relatedUserId}::bigint AS related_user_id, ${uniqueKey}::text || ':' || user_id AS unique_key, place
      FROM unnest(${userIds}::bigint[]) WITH ORDINALITY AS given (user_id, place)
    `,
  );
}

/**
 * The lock on the users lets a user's notifications become visible in the order of their ids, so that whoever has read up to
 * an id has missed none before it. It is taken in the order of the users' ids, so that two such statements never deadlock.
 */
async function insert(db: Kysely<Database>, given: RawBuilder<unknown>): Promise<Created[]> {
  const { rows } = await sql<Created>`
    WITH given AS MATERIALIZED (${given}), locked AS MATERIALIZED (
      SELECT id FROM users WHERE id IN (SELECT user_id FROM given) ORDER BY id FOR NO KEY UPDATE
    ), created AS (
      INSERT INTO notifications (user_id, type, title, message, related_user_id, unique_key)
      SELECT locked.id, given.type, given.title, given.message, related.id, given.unique_key
      FROM given
      JOIN locked ON locked.id = given.user_id
      LEFT JOIN users AS related ON related.id = given.related_user_id
      ORDER BY given.place
      ON CONFLICT (unique_key) DO NOTHING
      RETURNING id, user_id, unique_key
    ), told AS (
      SELECT pg_notify(${notificationChannel}, json_build_object('userId', user_id, 'id', max(id))::text)
      FROM created
      GROUP BY user_id
    )
    SELECT created.id, locked.id IS NOT NULL AS "userExists", (SELECT count(*) FROM told) AS told
    FROM given
    LEFT JOIN locked ON locked.id = given.user_id
    LEFT JOIN created ON created.unique_key = given.unique_key
    ORDER BY given.place
  `.execute(db);
  return rows.map(({ id, userExists }) => ({ id, userExists }));
}
