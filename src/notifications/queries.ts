import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import { notificationChannel } from './create.js';
import type { ContentType } from './wording.js';

/** A notification as its user is shown it. */
export interface Notification {
  id: number;
  type: string;
  title: string;
  message: string;
  relatedUserId: number | null;
  readAt: Date | null;
  createdAt: Date;
}

/** The columns of a notification, by the names that its user is shown. */
export const notificationColumns = [
  'id',
  'type',
  'title',
  'message',
  'related_user_id as relatedUserId',
  'read_at as readAt',
  'created_at as createdAt',
] as const;

/** The notification with this key, if there is one. */
export async function findNotification(db: Kysely<Database>, uniqueKey: string): Promise<number | undefined> {
  const row = await db.selectFrom('notifications').select('id').where('unique_key', '=', uniqueKey).executeTakeFirst();
  return row?.id;
}

/** This user's notification with this id, if there is one. */
export function getNotification(db: Kysely<Database>, userId: number, id: number): Promise<Notification | undefined> {
  return db
    .selectFrom('notifications')
    .select(notificationColumns)
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/**
 * One page of a user's notifications, newest first, with how many there are and how many are unread. Pages count from 1.
 * With `unread` only those that are, or only those that are not.
 */
export async function listNotifications(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize, unread: isUnread }: { page: number; pageSize: number; unread?: boolean | undefined },
): Promise<{ items: Notification[]; total: number; unread: number }> {
  const ofUser = db.selectFrom('notifications').where('user_id', '=', userId);
  const wanted = isUnread === undefined ? ofUser : ofUser.where('read_at', isUnread ? 'is' : 'is not', null);
  const [items, { total }, unread] = await Promise.all([
    wanted
      .select(notificationColumns)
      .orderBy('id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    wanted.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    countUnread(db, userId),
  ]);
  return { items, total, unread };
}

/** How many of a user's notifications are unread. */
export async function countUnread(db: Kysely<Database>, userId: number): Promise<number> {
  const { unread } = await db
    .selectFrom('notifications')
    .select(({ fn }) => fn.countAll<number>().as('unread'))
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return unread;
}

/**
 * Marks a user's unread notifications, or the one with this id, as read and tells the user's open streams. Returns how many
 * it marked. Rows are locked in the order of their ids, so that two at once never deadlock and count each of them once.
 */
export async function markRead(db: Kysely<Database>, userId: number, now: Date, id?: number): Promise<number> {
  const { rows } = await sql<{ marked: number }>`
    WITH unread AS MATERIALIZED (
      SELECT id FROM notifications
      WHERE user_id = ${userId} AND read_at IS NULL ${id === undefined ? sql`` : sql`AND id = ${id}`}
      ORDER BY id
      FOR UPDATE
    ), marked AS (
      UPDATE notifications SET read_at = ${now} FROM unread WHERE notifications.id = unread.id RETURNING notifications.id
    )
    SELECT
      count(*) AS marked,
      CASE WHEN count(*) > 0 THEN pg_notify(${notificationChannel}, json_build_object('userId', ${userId}::bigint)::text) END
    FROM marked
  `.execute(db);
  return rows[0]?.marked ?? 0;
}

/** A user's name; undefined when there is no such user. */
export async function findName(db: Kysely<Database>, userId: number): Promise<string | undefined> {
  const row = await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst();
  return row?.name;
}

/** A post or comment with its author; undefined when it is gone. */
export async function findContent(
  db: Kysely<Database>,
  type: ContentType,
  id: number,
): Promise<{ body: string; authorId: number; authorName: string } | undefined> {
  const { rows } = await sql<{ body: string; authorId: number; authorName: string }>`
    SELECT content.body, author.id AS "authorId", author.name AS "authorName"
    FROM ${sql.table(type === 'post' ? 'posts' : 'comments')} AS content JOIN users AS author ON author.id = content.author_id
    WHERE content.id = ${id}
  `.execute(db);
  return rows[0];
}
