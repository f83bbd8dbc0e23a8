import { z } from 'zod';
import { oncePer, task } from '../taskkit/index.js';
import { id } from './fields.js';

const queue = 'recommendation';

/** What is recommended. */
export const recommendationKinds = ['jobs', 'courses', 'mentors', 'skills', 'connections'] as const;
export type RecommendationKind = (typeof recommendationKinds)[number];

/** How many items of each kind a user gets, unless a call says otherwise. */
export const recommendationLimits: Readonly<Record<RecommendationKind, number>> = {
  jobs: 10,
  courses: 10,
  mentors: 5,
  skills: 5,
  connections: 5,
};

const limit = (kind: RecommendationKind) => z.number().int().min(1).max(100).default(recommendationLimits[kind]);

/** `items` were stored; none, with the reason in `skipped`, for a user who gets none. */
const returns = { userId: z.number(), kind: z.enum(recommendationKinds), items: z.number(), skipped: z.string().optional() };

export const recommendJobsAsync = task(
  'tasks.recommendation_tasks.recommend_jobs_async',
  { userId: id, limit: limit('jobs') },
  { queue, returns },
);

export const recommendCoursesAsync = task(
  'tasks.recommendation_tasks.recommend_courses_async',
  { userId: id, limit: limit('courses') },
  { queue, returns },
);

export const recommendMentorsAsync = task(
  'tasks.recommendation_tasks.recommend_mentors_async',
  { userId: id, limit: limit('mentors') },
  { queue, returns },
);

export const recommendSkillsAsync = task(
  'tasks.recommendation_tasks.recommend_skills_async',
  { userId: id, limit: limit('skills') },
  { queue, returns },
);

export const recommendConnectionsAsync = task(
  'tasks.recommendation_tasks.recommend_connections_async',
  { userId: id, limit: limit('connections') },
  { queue, returns },
);

/** The task of each kind. */
export const recommendTasks = {
  jobs: recommendJobsAsync,
  courses: recommendCoursesAsync,
  mentors: recommendMentorsAsync,
  skills: recommendSkillsAsync,
  connections: recommendConnectionsAsync,
} as const satisfies Record<RecommendationKind, unknown>;

/** `users` were looked at, `stored` lists were stored: one a user and kind. */
const batchReturns = { users: z.number(), stored: z.number() };

export const generateDailyRecommendations = task(
  'tasks.recommendation_tasks.generate_daily_recommendations',
  {},
  { queue, unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

export const batchRecommendJobs = task(
  'tasks.recommendation_tasks.batch_recommend_jobs',
  {},
  { queue, unique: true, returns: { ...batchReturns, chunks: z.number() } },
);

/** A part of the users: `active` are those who were seen lately, `all` also those who were not. */
export const recommendChunk = task(
  'tasks.recommendation_tasks.recommend_chunk',
  { fromId: id, toId: id, kinds: z.array(z.enum(recommendationKinds)).min(1), audience: z.enum(['active', 'all']) },
  { queue, returns: batchReturns },
);

const triggerSeconds = 10;

/** Options of a call after something has changed for a user: all changes within ten seconds are followed by one run, soon. */
export const afterChange = (kind: RecommendationKind, userId: number, now: Date) =>
  oncePer(triggerSeconds, `recommend-${kind}-${userId}`, now);

/** The calls that follow a change, for the outbox. */
export const recommendSoon = (userId: number, kinds: readonly RecommendationKind[], now: Date) =>
  kinds.map((kind) => recommendTasks[kind].s({ userId }).set(afterChange(kind, userId, now)));
