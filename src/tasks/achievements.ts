import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

const queue = 'achievement';

export const checkUserAchievements = task(
  'tasks.achievement_tasks.check_user_achievements',
  { userId: id },
  { queue, returns: { userId: z.number(), unlocked: z.array(z.string()), points: z.number() } },
);

/** `users` were looked at, `unlocked` achievements are new, with the `points` they gave. */
const batchReturns = { users: z.number(), unlocked: z.number(), points: z.number() };

export const checkAllUserAchievements = task(
  'tasks.achievement_tasks.check_all_user_achievements',
  {},
  { queue, unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

export const detectMilestoneAchievements = task(
  'tasks.achievement_tasks.detect_milestone_achievements',
  {},
  { queue, unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

/** A part of the active users; `milestones` looks only at what points unlock. */
export const checkAchievementsChunk = task(
  'tasks.achievement_tasks.check_achievements_chunk',
  { fromId: id, toId: id, rules: z.enum(['all', 'milestones']) },
  { queue, returns: batchReturns },
);

export const unlockAchievementAsync = task(
  'tasks.achievement_tasks.unlock_achievement_async',
  { userId: id, achievementKey: z.string().min(1).max(100) },
  { queue, returns: { userId: z.number(), unlocked: z.array(z.string()), points: z.number(), skipped: z.string().optional() } },
);

export const generateAchievementStats = task(
  'tasks.achievement_tasks.generate_achievement_stats',
  {},
  { queue, unique: true, returns: { users: z.number(), achievements: z.number(), leaders: z.number() } },
);
