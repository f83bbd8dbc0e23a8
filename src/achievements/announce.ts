import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { delayAllOnCommit } from '../taskkit/index.js';
import { sendAchievementEmail } from '../tasks/email.js';
import { sendBatchNotifications, sendNotificationAsync } from '../tasks/notifications.js';
import type { Unlock } from './unlock.js';

/** How many notifications one task creates, and how many messages one statement leaves in the outbox, about. */
const sliceSize = 1000;

const notificationOf = ({ userId, rule }: Unlock) => ({
  userId,
  notificationType: 'achievement',
  title: 'Achievement Unlocked!',
  message: `You earned the "${rule.name}" achievement`,
});

// The ids name what is announced, so that it is announced once.
const idOf = ({ userId, rule }: Unlock, purpose: string) => `achievement-${userId}-${rule.key}-${purpose}`;

const mailOf = (unlock: Unlock) =>
  sendAchievementEmail
    .s({ userId: unlock.userId, achievementName: unlock.rule.name, points: unlock.rule.points })
    .set({ taskId: idOf(unlock, 'email') });

/** Leaves a notification and a mail for each unlocked achievement in the outbox. */
export async function announce(trx: Transaction<Database>, unlocks: Unlock[]): Promise<void> {
  const messages = unlocks.flatMap((unlock) => [
    sendNotificationAsync.s(notificationOf(unlock)).set({ taskId: idOf(unlock, 'notification') }),
    mailOf(unlock),
  ]);
  await delayAllOnCommit(trx, messages);
}

/** Does the same for many: up to a thousand notifications are left to one task. */
export async function announceMany(trx: Transaction<Database>, unlocks: Unlock[]): Promise<void> {
  for (let start = 0; start < unlocks.length; start += sliceSize) {
    const slice = unlocks.slice(start, start + sliceSize);
    const notifications = sendBatchNotifications
      .s({ notifications: slice.map(notificationOf) })
      .set({ taskId: `achievements-${fingerprint(slice)}` });
    await delayAllOnCommit(trx, [notifications, ...slice.map(mailOf)]);
  }
}

const fingerprint = (unlocks: Unlock[]) =>
  createHash('sha256')
    .update(unlocks.map(({ userId, rule }) => `${userId} ${rule.key}`).join('\n'))
    .digest('base64url');
