import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

export const recommendJobsAsync = task(
  'tasks.recommendation_tasks.recommend_jobs_async',
  { userId: id, limit: z.number().int().min(1).max(100).default(10) },
  {
    queue: 'recommendation',
    returns: { userId: z.number(), kind: z.literal('jobs'), items: z.number(), skipped: z.string().optional() },
  },
);
