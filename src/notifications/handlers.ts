import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { type Handler, handle } from '../taskkit/index.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { findNotification, insertNotification } from './queries.js';

/** The handlers of the notification tasks. */
export function notificationHandlers({ db }: { db: Kysely<Database> }): Handler[] {
  return [
    handle(sendNotificationAsync, async ({ userId, notificationType, title, message, relatedUserId = null }, context) => {
      const uniqueKey = `task:${context.id}`;
      const created = await insertNotification(db, { userId, type: notificationType, title, message, relatedUserId, uniqueKey });
      if (created !== undefined) return { notificationId: created, created: true };

      const earlier = await findNotification(db, uniqueKey);
      if (earlier === undefined) throw coded('USER_NOT_FOUND', { userId });
      return { notificationId: earlier, created: false };
    }),
  ];
}
