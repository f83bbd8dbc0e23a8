import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { type Handler, handle } from '../taskkit/index.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendAchievementEmail } from '../tasks/email.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { decide } from './decide.js';
import { lockUsers, saveUnlocks, standingsOf } from './queries.js';
import type { Rule } from './rules.js';

/** Leaves the notification and the mail of an unlocked achievement in the outbox. Their ids make a doubled one collapse. */
async function announce(trx: Transaction<Database>, userId: number, { key, name, points }: Rule): Promise<void> {
  await sendNotificationAsync.delayOnCommit(
    trx,
    { userId, notificationType: 'achievement', title: 'Achievement Unlocked!', message: `You earned the "${name}" achievement` },
    { taskId: `achievement-${userId}-${key}-notification` },
  );
  await sendAchievementEmail.delayOnCommit(
    trx,
    { userId, achievementName: name, points },
    { taskId: `achievement-${userId}-${key}-email` },
  );
}

/** Unlocks what the user has earned, in three statements and those that announce what is new. */
async function checkUser(trx: Transaction<Database>, userId: number, now: Date) {
  // Two checks of one user wait for each other here, so that the second sees what the first unlocked.
  const known = await lockUsers(trx, [userId]);
  const standing = (await standingsOf(trx, known)).get(userId);
  if (!standing) throw coded('USER_NOT_FOUND', { userId });

  const earned = decide(standing);
  const saved = await saveUnlocks(
    trx,
    earned.unlock.map(({ key, points }) => ({ userId, key, points })),
    now,
  );
  const unlocked = earned.unlock.filter(({ key }) => saved.some((one) => one.key === key));
  for (const rule of unlocked) await announce(trx, userId, rule);
  return { userId, unlocked: unlocked.map(({ key }) => key), points: earned.points };
}

/** The handlers of the achievement tasks. `clock` tells when an achievement is unlocked. */
export function achievementHandlers({ db, clock }: { db: Kysely<Database>; clock: () => Date }): Handler[] {
  return [handle(checkUserAchievements, ({ userId }) => db.transaction().execute((trx) => checkUser(trx, userId, clock())))];
}
