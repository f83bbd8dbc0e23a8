import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { idParams, pageOf, pageQuery } from '../http/schemas.js';
import type { TaskLogger } from '../taskkit/index.js';
import { countUnread, getNotification, listNotifications, markRead } from './queries.js';
import { createStreamHub } from './stream.js';

export interface NotificationRouteOptions {
  db: Kysely<Database>;
  /** Where to listen for what is new; the same database as `db`. */
  databaseUrl: string;
  clock: () => Date;
  log: TaskLogger;
}

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
const unread = z.number().int();
const tags = ['notifications'];

/** The user's notifications: list, count, mark as read, and live as a stream of events. */
export const notificationRoutes: FastifyPluginAsyncZod<NotificationRouteOptions> = async (
  app,
  { db, databaseUrl, clock, log },
) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/notifications',
    schema: {
      tags,
      summary: 'List notifications, newest first',
      querystring: pageQuery.extend({ unread: z.stringbool().optional().describe('Only the unread ones, or only the others.') }),
      response: { 200: pageOf(notification).extend({ unread }) },
    },
    handler: async ({ query, user }) => {
      const { page, pageSize } = query;
      return { page, pageSize, ...(await listNotifications(db, user.id, query)) };
    },
  });

  app.route({
    method: 'GET',
    url: '/notifications/unread-count',
    schema: { tags, summary: 'How many notifications are unread', response: { 200: z.object({ unread }) } },
    handler: async ({ user }) => ({ unread: await countUnread(db, user.id) }),
  });

  app.route({
    method: 'POST',
    url: '/notifications/:id/read',
    config: { errors: ['NOTIFICATION_NOT_FOUND'] },
    schema: { tags, summary: 'Mark a notification as read', params: idParams, response: { 200: notification } },
    handler: async ({ params: { id }, user }) => {
      await markRead(db, user.id, clock(), id);
      const found = await getNotification(db, user.id, id);
      if (!found) throw coded('NOTIFICATION_NOT_FOUND', { notificationId: id });
      return found;
    },
  });

  app.route({
    method: 'POST',
    url: '/notifications/read-all',
    schema: {
      tags,
      summary: 'Mark all notifications as read',
      response: { 200: z.object({ marked: z.number().int() }) },
    },
    handler: async ({ user }) => ({ marked: await markRead(db, user.id, clock()) }),
  });

  const hub = createStreamHub(db, databaseUrl, log);
  app.addHook('preClose', () => hub.close());

  app.route({
    method: 'GET',
    url: '/notifications/stream',
    // A HEAD request would hold a stream that nobody reads.
    exposeHeadRoute: false,
    config: { rateLimit: { max: 60, timeWindow: '1 minute' }, errors: ['STREAMS_EXHAUSTED'] },
    schema: {
      tags,
      summary: 'New notifications and the count of unread ones as they come: server-sent events, until the access token expires',
      produces: ['text/event-stream'],
      headers: z.looseObject({
        'last-event-id': z.coerce.number().int().min(0).optional().describe('Begin after this notification.'),
      }),
      response: { 200: z.string().describe('Events `notification` (with its id) and `unread`, and comments between them.') },
    },
    handler: async (request, reply) => {
      // Checked already: this only reads it.
      const { exp } = await request.jwtDecode<{ exp: number }>();
      const after = request.headers['last-event-id'];
      const events = await hub.open(request.user.id, { after, expiresAt: new Date(exp * 1000) });
      return (
        reply
          .headers({
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            // The connection is of no more use when the stream has ended, and would hold up whoever closes the server.
            connection: 'close',
            // nginx would collect the events otherwise.
            'x-accel-buffering': 'no',
          })
          // What is described as one text is sent as it comes.
          .send(events as never)
      );
    },
  });
};
