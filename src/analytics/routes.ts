import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { delayForUser } from '../http/task-owners.js';
import type { FileStorage } from '../storage.js';
import { cacheUserAnalytics } from '../tasks/analytics.js';
import { readUserFigures } from './cache.js';
import { askedInMinute, present } from './compute-on-demand.js';
import { askedResponse, figuresResponse } from './responses.js';
import { staffAnalyticsRoutes } from './staff-routes.js';
import { userFigures } from './types.js';

export { staffAnalyticsRoutes };

export interface AnalyticsRouteOptions {
  db: Kysely<Database>;
  /** Where snapshots are kept. */
  storage: FileStorage;
  clock: () => Date;
}

/** Analytics: the user's own figures, and those of the platform for staff. */
export const analyticsRoutes: FastifyPluginAsyncZod<AnalyticsRouteOptions> = async (app, { db, storage, clock }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/analytics/me',
    schema: {
      tags: ['analytics'],
      summary: 'The user’s own figures; 202 while they are computed for the first time',
      response: { 200: figuresResponse(userFigures), 202: askedResponse },
    },
    handler: async (request, reply) => {
      const userId = request.user.id;
      const now = clock();
      const cached = await readUserFigures(db, userId);
      if (cached && cached.expiresAt > now) return present(cached, now);
      const asked = await askForOwn(db, userId, now);
      return cached ? present(cached, now) : reply.code(202).send(asked);
    },
  });

  app.route({
    method: 'POST',
    url: '/analytics/me/refresh',
    config: { rateLimit: { max: 6, timeWindow: '1 minute' } },
    schema: {
      tags: ['analytics'],
      summary: 'Have the user’s own figures computed anew, once a minute at most',
      response: { 202: askedResponse },
    },
    handler: async (request, reply) => reply.code(202).send(await askForOwn(db, request.user.id, clock())),
  });

  await app.register(
    async (staff) => {
      staff.addHook('onRoute', (route) => {
        route.config = { ...route.config, errors: [...(route.config?.errors ?? []), 'NOT_ALLOWED'] };
      });
      await staff.register(staffAnalyticsRoutes, {
        db,
        storage,
        clock,
        authorize: async (request) => {
          if (!request.user.isStaff) throw coded('NOT_ALLOWED', { reason: 'the figures of the platform are for staff' });
        },
      });
    },
    { prefix: '/analytics' },
  );
};

async function askForOwn(db: Kysely<Database>, userId: number, now: Date): Promise<{ taskId: string }> {
  const taskId = askedInMinute(`user-analytics-${userId}`, now);
  await db.transaction().execute((trx) => delayForUser(trx, userId, cacheUserAnalytics, { userId }, { taskId }));
  return { taskId };
}
