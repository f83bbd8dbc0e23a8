import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { type Handler, handle } from '../taskkit/index.js';
import {
  checkAchievementsChunk,
  checkAllUserAchievements,
  checkUserAchievements,
  detectMilestoneAchievements,
  generateAchievementStats,
  unlockAchievementAsync,
} from '../tasks/achievements.js';
import { announce } from './announce.js';
import { type AchievementServices, checkAll, checkChunk } from './check-all.js';
import { type Decision, decide, decideGrant, type Standing } from './decide.js';
import { findRule } from './find-rule.js';
import { achievementDefinitions, pointRules, type Rule } from './rules.js';
import { saveStats } from './stats.js';
import { settle, unlocksOf } from './unlock.js';

/** Unlocks for one user what `judge` decides, and leaves what tells the user of it in the outbox. Throws USER_NOT_FOUND. */
async function settleUser(
  trx: Transaction<Database>,
  userId: number,
  options: { rules: readonly Rule[]; judge: (standing: Standing) => Decision; now: Date },
): Promise<{ userId: number; unlocked: string[]; points: number }> {
  const decisions = await settle(trx, [userId], options);
  const decision = decisions.get(userId);
  if (!decision) throw coded('USER_NOT_FOUND', { userId });
  await announce(trx, unlocksOf(decisions));
  return { userId, unlocked: decision.unlock.map(({ key }) => key), points: decision.points };
}

/** The handlers of the achievement tasks. `clock` tells when an achievement is unlocked, and who is active. */
export function achievementHandlers(services: AchievementServices): Handler[] {
  const { db, clock, activeUserDays } = services;
  return [
    handle(checkUserAchievements, ({ userId }) =>
      db.transaction().execute((trx) => {
        const judge = (standing: Standing) => decide(standing);
        return settleUser(trx, userId, { rules: achievementDefinitions, judge, now: clock() });
      }),
    ),
    handle(unlockAchievementAsync, async ({ userId, achievementKey }) => {
      const rule = findRule(achievementKey);
      const judge = (standing: Standing) => decideGrant(standing, rule);
      const settled = await db
        .transaction()
        .execute((trx) => settleUser(trx, userId, { rules: pointRules, judge, now: clock() }));
      return settled.unlocked.length > 0 ? settled : { ...settled, skipped: 'already unlocked' };
    }),
    handle(checkAllUserAchievements, (_, context) => checkAll(services, context, 'all')),
    handle(detectMilestoneAchievements, (_, context) => checkAll(services, context, 'milestones')),
    handle(checkAchievementsChunk, (chunk) => checkChunk(services, chunk)),
    handle(generateAchievementStats, () => saveStats(db, { now: clock(), activeUserDays })),
  ];
}
