import type { FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { readLeaders } from '../achievements/index.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { generateAchievementStats } from '../tasks/achievements.js';
import { cachePlatformAnalytics, generateActivityHeatmap, generateUserGrowthReport } from '../tasks/analytics.js';
import { readFigures, readHeatmap } from './cache.js';
import { askFor, present } from './compute-on-demand.js';
import { askedResponse, figuresResponse } from './responses.js';
import { type Cached, type FigureKey, type Figures, figureSchemas, heatmapFigures, mentoringFigures } from './types.js';

/** Each asks for work; the same is done once a minute at most anyway. */
const refreshing = { max: 30, timeWindow: '1 minute' };

const daysQuery = z.object({
  days: z.coerce.number().int().min(1).max(366).default(30).describe('How many calendar days, today included.'),
});
type Query = z.output<typeof daysQuery>;

/** Figures at a URL of their own. */
interface FigureSource<F extends z.ZodType> {
  url: string;
  summary: string;
  figures: F;
  /** What the figures depend on. Default: nothing. */
  querystring?: typeof daysQuery;
  read(query: Query): Promise<Cached<z.output<F>> | undefined>;
  /** Asks for the task that computes them. Gives its id. */
  ask(now: Date, query: Query): Promise<string>;
}

interface FigureRouteOptions {
  db: Kysely<Database>;
  clock: () => Date;
  /** Whether those that show figures ask for none. */
  readOnly: boolean;
}

/** Adds the routes that show figures and that have them computed anew. */
function addFigureRoutes<F extends z.ZodType>(
  app: FastifyInstance,
  { clock, readOnly }: FigureRouteOptions,
  source: FigureSource<F>,
): void {
  const { url, summary, figures, querystring = z.object({}), read, ask } = source;
  app.route<{ Querystring: Query }>({
    method: 'GET',
    url,
    schema: {
      tags: ['analytics'],
      summary: `${summary}; 202 while they are computed for the first time`,
      querystring,
      response: { 200: figuresResponse(figures), 202: askedResponse },
    },
    handler: async (request, reply) => {
      const now = clock();
      const cached = await read(request.query);
      if (cached && (readOnly || cached.expiresAt > now)) return present(cached, now);
      if (readOnly) throw coded('FIGURES_MISSING');
      const taskId = await ask(now, request.query);
      return cached ? present(cached, now) : reply.code(202).send({ taskId });
    },
  });

  app.route<{ Querystring: Query }>({
    method: 'POST',
    url: `${url}/refresh`,
    config: { rateLimit: refreshing },
    schema: {
      tags: ['analytics'],
      summary: `Have them computed anew, once a minute at most: ${summary}`,
      querystring,
      response: { 202: askedResponse },
    },
    handler: async (request, reply) => reply.code(202).send({ taskId: await ask(clock(), request.query) }),
  });
}

const namedMentors = mentoringFigures.extend({
  topMentors: z.array(mentoringFigures.shape.topMentors.element.extend({ name: z.string(), username: z.string() })),
});

const leaderboard = z.object({
  items: z.array(
    z.object({
      rank: z.number().int(),
      userId: z.number().int(),
      name: z.string(),
      username: z.string(),
      points: z.number().int(),
      achievements: z.number().int(),
    }),
  ),
  computedAt: z.date().nullable().describe('Null before the first time.'),
  ageSeconds: z.number().int().nullable(),
  refreshing: z.boolean().describe('Whether newer figures are on their way.'),
});

/** The figures of the whole platform. */
export const figureRoutes: FastifyPluginAsyncZod<FigureRouteOptions> = async (app, options) => {
  const { db, clock } = options;
  const askForPlatform = (now: Date) => askFor(db, { task: cachePlatformAnalytics, args: {}, about: 'platform-analytics', now });
  const ofPlatform = <K extends FigureKey>(key: K, summary: string) => ({
    url: `/${key}`,
    summary,
    figures: figureSchemas[key],
    read: () => readFigures(db, key),
    ask: askForPlatform,
  });

  addFigureRoutes(app, options, ofPlatform('platform', 'Users, content, engagement and applications'));
  addFigureRoutes(app, options, ofPlatform('skills', 'Skills: most held, endorsed and asked for, and the scarcest'));
  addFigureRoutes(app, options, ofPlatform('courses', 'Courses: enrolments, completion and ratings'));
  addFigureRoutes(app, options, ofPlatform('jobs', 'Jobs and applications: status, type, place, time to an answer'));
  addFigureRoutes(app, options, {
    ...ofPlatform('mentoring', 'Mentoring: sessions, ratings and the top mentors'),
    figures: namedMentors,
    read: async () => withNames(db, await readFigures(db, 'mentoring')),
  });
  addFigureRoutes(app, options, {
    ...ofPlatform('growth', 'Sign-ups of twelve calendar months, and who stayed'),
    ask: (now) => askFor(db, { task: generateUserGrowthReport, args: {}, about: 'growth-report', now }),
  });
  addFigureRoutes(app, options, {
    url: '/heatmap',
    summary: 'Activity by day, and by weekday and hour',
    figures: heatmapFigures,
    querystring: daysQuery,
    read: ({ days }) => readHeatmap(db, days),
    ask: (now, { days }) => askFor(db, { task: generateActivityHeatmap, args: { days }, about: `heatmap-${days}`, now }),
  });

  app.route({
    method: 'GET',
    url: '/leaderboard',
    schema: {
      tags: ['analytics'],
      summary: 'The active users with the most points',
      response: { 200: leaderboard },
    },
    handler: async () => readLeaders(db, clock()),
  });

  app.route({
    method: 'POST',
    url: '/leaderboard/refresh',
    config: { rateLimit: refreshing },
    schema: {
      tags: ['analytics'],
      summary: 'Have the leaderboard computed anew, once a minute at most',
      response: { 202: askedResponse },
    },
    handler: async (_request, reply) => {
      const taskId = await askFor(db, { task: generateAchievementStats, args: {}, about: 'achievement-stats', now: clock() });
      return reply.code(202).send({ taskId });
    },
  });
};

/** The names that the top mentors have now; whoever is gone or no longer active since then is left out. */
async function withNames(
  db: Kysely<Database>,
  cached: Cached<Figures<'mentoring'>> | undefined,
): Promise<Cached<z.output<typeof namedMentors>> | undefined> {
  if (!cached) return undefined;
  const ids = cached.value.topMentors.map(({ userId }) => userId);
  const users = await db
    .selectFrom('users')
    .select(['id', 'name', 'username'])
    .where('id', '=', sql<number>`ANY(${ids}::bigint[])`)
    .where('is_active', '=', true)
    .execute();
  const topMentors = cached.value.topMentors.flatMap((mentor) => {
    const user = users.find(({ id }) => id === mentor.userId);
    return user ? [{ ...mentor, name: user.name, username: user.username }] : [];
  });
  return { ...cached, value: { ...cached.value, topMentors } };
}
