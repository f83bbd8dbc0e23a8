import { type Handler, handle } from '../taskkit/index.js';
import { sendAchievementEmail, sendWelcomeEmail } from '../tasks/email.js';
import { deliverMail, type MailServices } from './deliver.js';
import { findPoints, findRecipient } from './queries.js';

/** The handlers of the e-mail tasks. */
export function emailHandlers(services: MailServices): Handler[] {
  const { db } = services;
  return [
    handle(sendWelcomeEmail, async ({ userId }, { signal }) =>
      deliverMail(services, {
        uniqueKey: `welcome:${userId}`,
        recipient: await findRecipient(db, userId),
        template: 'welcome',
        data: {},
        signal,
      }),
    ),

    handle(sendAchievementEmail, async ({ userId, achievementName, points }, { signal }) =>
      deliverMail(services, {
        uniqueKey: `achievement:${userId}:${achievementName}`,
        recipient: await findRecipient(db, userId),
        template: 'achievement',
        data: { achievementName, points, ...(await findPoints(db, userId)) },
        signal,
      }),
    ),
  ];
}
