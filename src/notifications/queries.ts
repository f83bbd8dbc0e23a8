import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';

interface NewNotification {
  userId: number;
  type: string;
  title: string;
  message: string;
  relatedUserId: number | null;
  /** Names what the notification is about; a second one with the same key is not created. */
  uniqueKey: string;
}

/**
 * Creates a notification and tells those who listen on the channel `notifications` of it: `{"userId": …, "id": …}`, at the commit.
 *
 * A related user who is gone is left out, as when that user is deleted later: the message is worth reading without the link.
 * Returns undefined when there is no such user, or a notification with the same key.
 */
export async function insertNotification(db: Kysely<Database>, notification: NewNotification): Promise<number | undefined> {
  const { userId, type, title, message, relatedUserId, uniqueKey } = notification;
  const { rows } = await sql<{ id: number }>`
    with created as (
      insert into notifications (user_id, type, title, message, related_user_id, unique_key)
      select id, ${type}, ${title}, ${message}, (select id from users where id = ${relatedUserId}), ${uniqueKey}
      from users where id = ${userId}
      on conflict (unique_key) do nothing
      returning id, user_id
    )
    select id, pg_notify('notifications', json_build_object('userId', user_id, 'id', id)::text) from created
  `.execute(db);
  return rows[0]?.id;
}

/** The notification with this key, if there is one. */
export async function findNotification(db: Kysely<Database>, uniqueKey: string): Promise<number | undefined> {
  const row = await db.selectFrom('notifications').select('id').where('unique_key', '=', uniqueKey).executeTakeFirst();
  return row?.id;
}

interface Notification {
  id: number;
  type: string;
  title: string;
  message: string;
  relatedUserId: number | null;
  readAt: Date | null;
  createdAt: Date;
}

/** One page of a user's notifications, newest first, with how many there are and how many are unread. Pages count from 1. */
export async function listNotifications(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: Notification[]; total: number; unread: number }> {
  const ofUser = db.selectFrom('notifications').where('user_id', '=', userId);
  const [items, counted] = await Promise.all([
    ofUser
      .select([
        'id',
        'type',
        'title',
        'message',
        'related_user_id as relatedUserId',
        'read_at as readAt',
        'created_at as createdAt',
      ])
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    ofUser
      .select(({ fn }) => [
        fn.countAll<number>().as('total'),
        fn.countAll<number>().filterWhere('read_at', 'is', null).as('unread'),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  return { items, ...counted };
}
