import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { idParams } from '../http/schemas.js';
import { delayForUser } from '../http/task-owners.js';
import { recommendationKinds, recommendTasks } from '../tasks/recommendations.js';
import { countClick, dismiss } from './feedback.js';
import { readLists } from './lists.js';

const kind = z.enum(recommendationKinds);

const item = z
  .object({
    id: z.number().int().describe('Of the job, course or skill; of the user for a mentor or a connection.'),
    title: z.string(),
    subtitle: z.string().describe('Company and place, provider, headline or category.'),
    score: z.number().describe('From 0 to 1; 0 for what is recommended because it is popular.'),
    reason: z.string(),
    matched: z.array(z.string()).describe('Names of skills that speak for it.'),
    missing: z.array(z.string()).describe('Names of skills that a job asks for and the user lacks.'),
  })
  .meta({ id: 'RecommendedItem' });

const list = z
  .object({
    items: z.array(item).describe('The best first.'),
    computedAt: z.date().nullable().describe('Null when nothing has been computed yet.'),
    expiresAt: z.date().nullable(),
    ageSeconds: z.number().int().nullable(),
    stale: z.boolean().describe('Whether the list is missing or has expired; a newer one is on its way then.'),
  })
  .meta({ id: 'RecommendationList' });

const ofEveryKind = <T extends z.ZodType>(value: T) =>
  z.object({ jobs: value, courses: value, mentors: value, skills: value, connections: value });

const itemParams = z.object({ kind, itemId: idParams.shape.id });

export interface RecommendationRouteOptions {
  db: Kysely<Database>;
  clock: () => Date;
}

/** What is recommended to the user, and what the user thinks of it. */
export const recommendationRoutes: FastifyPluginAsyncZod<RecommendationRouteOptions> = async (app, { db, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/recommendations',
    schema: {
      tags: ['recommendations'],
      summary: 'What is recommended to the user, of every kind',
      response: { 200: ofEveryKind(list) },
    },
    handler: async (request) => readLists(db, { userId: request.user.id, kinds: recommendationKinds, now: clock() }),
  });

  app.route({
    method: 'GET',
    url: '/recommendations/:kind',
    schema: {
      tags: ['recommendations'],
      summary: 'What is recommended to the user, of one kind',
      params: z.object({ kind }),
      response: { 200: list },
    },
    handler: async (request) => {
      const { kind } = request.params;
      return (await readLists(db, { userId: request.user.id, kinds: [kind], now: clock() }))[kind];
    },
  });

  app.route({
    method: 'POST',
    url: '/recommendations/refresh',
    config: { rateLimit: { max: 6, timeWindow: '1 minute' } },
    schema: {
      tags: ['recommendations'],
      summary: 'Have all of the user’s recommendations computed anew',
      response: {
        202: z.object({ taskIds: ofEveryKind(z.string()).describe('The task that computes each kind.') }),
      },
    },
    handler: async (request, reply) => reply.code(202).send({ taskIds: await refresh(db, request.user.id) }),
  });

  app.route({
    method: 'POST',
    url: '/recommendations/:kind/:itemId/click',
    config: { rateLimit: { max: 120, timeWindow: '1 minute' }, errors: ['RECOMMENDATION_NOT_FOUND'] },
    schema: {
      tags: ['recommendations'],
      summary: 'Note that the user has opened what was recommended',
      params: itemParams,
      response: { 204: z.undefined().describe('It is counted.') },
    },
    handler: async (request, reply) => {
      await countClick(db, { userId: request.user.id, ...request.params }, clock());
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'POST',
    url: '/recommendations/:kind/:itemId/dismiss',
    config: { rateLimit: { max: 120, timeWindow: '1 minute' }, errors: ['RECOMMENDATION_NOT_FOUND'] },
    schema: {
      tags: ['recommendations'],
      summary: 'Never recommend this to the user again',
      params: itemParams,
      response: { 204: z.undefined().describe('It is out of the list.') },
    },
    handler: async (request, reply) => {
      await dismiss(db, { userId: request.user.id, ...request.params }, clock());
      return reply.code(204).send();
    },
  });
};

/** Leaves a task for each kind in the outbox; the user may ask for their states. */
const refresh = (db: Kysely<Database>, userId: number) =>
  db.transaction().execute(async (trx) => ({
    jobs: (await delayForUser(trx, userId, recommendTasks.jobs, { userId })).id,
    courses: (await delayForUser(trx, userId, recommendTasks.courses, { userId })).id,
    mentors: (await delayForUser(trx, userId, recommendTasks.mentors, { userId })).id,
    skills: (await delayForUser(trx, userId, recommendTasks.skills, { userId })).id,
    connections: (await delayForUser(trx, userId, recommendTasks.connections, { userId })).id,
  }));
