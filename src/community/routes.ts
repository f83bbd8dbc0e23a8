import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { connectionRoutes } from './connection-routes.js';
import { likeRoutes } from './like-routes.js';
import { postRoutes } from './post-routes.js';

/** Posts, comments, likes and connections. `clock` tells when something is liked. */
export const communityRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  requireUser(app, db);
  await app.register(postRoutes, { db });
  await app.register(likeRoutes, { db, clock });
  await app.register(connectionRoutes, { db });
};
