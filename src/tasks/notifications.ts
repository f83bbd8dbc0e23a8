import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

export const sendNotificationAsync = task(
  'tasks.notification_tasks.send_notification_async',
  {
    userId: id,
    notificationType: z.string().min(1).max(50),
    title: z.string().min(1).max(200),
    message: z.string().min(1).max(2000),
    relatedUserId: id.nullable().optional(),
  },
  { queue: 'notification', returns: { notificationId: z.number().nullable(), created: z.boolean() } },
);
