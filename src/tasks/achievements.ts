import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

export const checkUserAchievements = task(
  'tasks.achievement_tasks.check_user_achievements',
  { userId: id },
  { queue: 'achievement', returns: { userId: z.number(), unlocked: z.array(z.string()), points: z.number() } },
);
