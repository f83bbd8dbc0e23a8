import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import type { Notification } from './queries.js';

/** The most notifications that a stream begins with. */
const replayLimit = 1000;
/** The most that one stream is given at a time. */
export const pageSize = 50;

/**
 * The id that a stream begins after: the given one, or a later one when there are more notifications since than a stream
 * begins with; without one, the newest.
 */
export async function findStart(db: Kysely<Database>, userId: number, after?: number): Promise<number> {
  const newestFirst = db.selectFrom('notifications').select('id').where('user_id', '=', userId).orderBy('id', 'desc').limit(1);
  const newest = (await newestFirst.executeTakeFirst())?.id ?? 0;
  if (after === undefined || after >= newest) return newest;
  const beyond = await newestFirst.where('id', '>', after).offset(replayLimit).executeTakeFirst();
  return beyond?.id ?? after;
}

export interface News {
  /** The first of those after the reader's place, oldest first, at most `pageSize`. */
  notifications: Notification[];
  unread: number;
}

/**
 * What is new for each of some readers, in order; undefined for one whose user is gone or not active any more.
 * Two statements, however many readers there are.
 */
export async function readNews(
  db: Kysely<Database>,
  readers: readonly { userId: number; after: number }[],
): Promise<(News | undefined)[]> {
  const userIds = readers.map(({ userId }) => userId);
  const fresh = await sql<Notification & { place: number }>`
    SELECT reader.place, found.*
    FROM unnest(${userIds}::bigint[], ${readers.map(({ after }) => after)}::bigint[]) WITH ORDINALITY AS reader (user_id, after, place)
    CROSS JOIN LATERAL (
      SELECT id, type, title, message, related_user_id AS "relatedUserId", read_at AS "readAt", created_at AS "createdAt"
      FROM notifications
      WHERE user_id = reader.user_id AND id > reader.after
      ORDER BY id
      LIMIT ${pageSize}
    ) AS found
    ORDER BY reader.place, found.id
  `.execute(db);
  const counts = await sql<{ userId: number; unread: number }>`
    SELECT users.id AS "userId", count(notifications.id) AS unread
    FROM users LEFT JOIN notifications ON notifications.user_id = users.id AND notifications.read_at IS NULL
    WHERE users.id = ANY(${userIds}::bigint[]) AND users.is_active
    GROUP BY users.id
  `.execute(db);
  const unreadOf = new Map(counts.rows.map(({ userId, unread }) => [userId, unread]));
  const news = userIds.map((userId): News | undefined => {
    const unread = unreadOf.get(userId);
    return unread === undefined ? undefined : { notifications: [], unread };
  });
  for (const { place, ...notification } of fresh.rows) news[place - 1]?.notifications.push(notification);
  return news;
}
