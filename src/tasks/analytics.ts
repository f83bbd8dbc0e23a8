import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { id } from './fields.js';

const queue = 'analytics';

/** `figures` are the keys under which figures are cached now. */
export const cachePlatformAnalytics = task(
  'tasks.analytics_tasks.cache_platform_analytics',
  {},
  { queue, unique: true, timeLimit: 900, returns: { figures: z.array(z.string()), computedAt: z.string() } },
);

/** `computedAt` is null, with the reason in `skipped`, for a user who gets no figures. */
export const cacheUserAnalytics = task(
  'tasks.analytics_tasks.cache_user_analytics',
  { userId: id },
  { queue, unique: true, returns: { userId: z.number(), computedAt: z.string().nullable(), skipped: z.string().optional() } },
);

/** The calendar days that end with today, in the platform's time zone. */
export const generateActivityHeatmap = task(
  'tasks.analytics_tasks.generate_activity_heatmap',
  { days: z.number().int().min(1).max(366).default(30) },
  {
    queue,
    unique: true,
    timeLimit: 900,
    returns: { days: z.number(), from: z.string(), to: z.string(), events: z.number(), computedAt: z.string() },
  },
);

export const generateUserGrowthReport = task(
  'tasks.analytics_tasks.generate_user_growth_report',
  {},
  { queue, unique: true, returns: { months: z.number(), signUps: z.number(), users: z.number(), computedAt: z.string() } },
);

/** The figures of so many `users` were stored. */
const batchReturns = { users: z.number() };

export const batchCacheUserAnalytics = task(
  'tasks.analytics_tasks.batch_cache_user_analytics',
  {},
  { queue, unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

/** A part of the active users. */
export const cacheUserAnalyticsChunk = task(
  'tasks.analytics_tasks.cache_user_analytics_chunk',
  { fromId: id, toId: id },
  { queue, returns: batchReturns },
);

/** The report on yesterday; `mails` to staff were enqueued. */
export const generateDailyReport = task(
  'tasks.analytics_tasks.generate_daily_report',
  {},
  { queue, unique: true, timeLimit: 900, returns: { date: z.string(), notable: z.number(), mails: z.number() } },
);

/** `name` is that of the archive's folder; `removed` are the archives that were too old. */
export const exportAnalyticsSnapshot = task(
  'tasks.analytics_tasks.export_analytics_snapshot',
  {},
  {
    queue,
    unique: true,
    timeLimit: 3600,
    returns: { name: z.string(), files: z.number(), rows: z.number(), bytes: z.number(), removed: z.number() },
  },
);
