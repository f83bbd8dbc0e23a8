import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

const queue = 'notification';

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // PostgreSQL takes none.
    .refine((value) => !value.includes('\0'), 'must not hold a NUL character');

/** What a notification says and to whom. */
export const notificationFields = {
  userId: id,
  notificationType: text(50),
  title: text(200),
  message: text(2000),
  relatedUserId: id.nullable().optional(),
};

const one = { notificationId: z.number().nullable(), created: z.boolean(), skipped: z.string().optional() };

export const sendNotificationAsync = task('tasks.notification_tasks.send_notification_async', notificationFields, {
  queue,
  returns: one,
});

export const cleanupOldNotifications = task(
  'tasks.notification_tasks.cleanup_old_notifications',
  { days: z.number().int().min(0).max(3650).default(30) },
  { queue, unique: true, timeLimit: 3600, returns: { deleted: z.number() } },
);

/** What can be mentioned in, liked and commented on. */
const contentType = z.enum(['post', 'comment']);

export const sendMentionNotifications = task(
  'tasks.notification_tasks.send_mention_notifications',
  { userIds: z.array(id).max(10_000), mentionType: contentType, contentId: id },
  { queue, returns: { created: z.number(), skipped: z.number() } },
);

export const sendLikeNotifications = task(
  'tasks.notification_tasks.send_like_notifications',
  { userId: id, likerId: id, contentType },
  { queue, returns: one },
);

export const sendCommentNotifications = task(
  'tasks.notification_tasks.send_comment_notifications',
  { userId: id, commenterId: id, contentType },
  { queue, returns: one },
);

export const markNotificationsReadBatch = task(
  'tasks.notification_tasks.mark_notifications_read_batch',
  { userId: id },
  { queue, returns: { userId: z.number(), marked: z.number() } },
);

/** An entry that is wrong does not hold up the others: each is checked when the task runs, and the result names the bad ones. */
export const sendBatchNotifications = task(
  'tasks.notification_tasks.send_batch_notifications',
  { notifications: z.array(z.union([z.object(notificationFields), z.record(z.string(), z.json())])).max(10_000) },
  {
    queue,
    returns: {
      created: z.number(),
      alreadyCreated: z.number(),
      rejected: z.array(z.object({ index: z.number(), reason: z.string() })),
    },
  },
);
