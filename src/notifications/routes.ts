import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { pageOf, pageQuery } from '../http/schemas.js';
import { listNotifications } from './index.js';

const notification = z
  .object({
    id: z.number().int(),
    type: z.string(),
    title: z.string(),
    message: z.string(),
    relatedUserId: z.number().int().nullable(),
    readAt: z.date().nullable(),
    createdAt: z.date(),
  })
  .meta({ id: 'Notification' });

/** The user's notifications. */
export const notificationRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/notifications',
    schema: {
      tags: ['notifications'],
      summary: 'List notifications, newest first',
      querystring: pageQuery,
      response: { 200: pageOf(notification).extend({ unread: z.number().int() }) },
    },
    handler: async (request) => ({ ...request.query, ...(await listNotifications(db, request.user.id, request.query)) }),
  });
};
