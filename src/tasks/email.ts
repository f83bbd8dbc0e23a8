import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

/** What became of a mail: sent now, or `skipped` with the reason. */
const returns = {
  status: z.enum(['sent', 'skipped']),
  reason: z.string().optional(),
  mailId: z.number().optional(),
  messageId: z.string().optional(),
};

export const sendWelcomeEmail = task('tasks.email_tasks.send_welcome_email', { userId: id }, { queue: 'email', returns });

export const sendAchievementEmail = task(
  'tasks.email_tasks.send_achievement_email',
  { userId: id, achievementName: z.string().min(1).max(200), points: z.number().int().nonnegative() },
  { queue: 'email', returns },
);
