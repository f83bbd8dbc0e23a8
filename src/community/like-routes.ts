import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { idParams } from '../http/schemas.js';
import { like, unlike } from './likes.js';
import { likeResponse } from './responses.js';

const liking = { max: 120, timeWindow: '1 minute' };

/** Likes of posts and of comments. */
export const likeRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  for (const type of ['post', 'comment'] as const) {
    app.route({
      method: 'POST',
      url: `/${type}s/:id/like`,
      config: { rateLimit: liking, errors: ['CONTENT_NOT_FOUND'] },
      schema: {
        tags: ['community'],
        summary: `Like a ${type}; again is the same as once`,
        params: idParams,
        response: { 200: likeResponse },
      },
      handler: async (request) => like(db, { userId: request.user.id, type, contentId: request.params.id }, clock()),
    });

    app.route({
      method: 'DELETE',
      url: `/${type}s/:id/like`,
      config: { rateLimit: liking, errors: ['CONTENT_NOT_FOUND'] },
      schema: {
        tags: ['community'],
        summary: `Take the like of a ${type} back`,
        params: idParams,
        response: { 200: likeResponse },
      },
      handler: async (request) => unlike(db, { userId: request.user.id, type, contentId: request.params.id }),
    });
  }
};
