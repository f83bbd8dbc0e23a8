import type { preHandlerAsyncHookHandler } from 'fastify';
import { type FastifyPluginAsyncZod, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FileStorage } from '../storage.js';
import { figureRoutes } from './figure-routes.js';
import { reportRoutes } from './report/routes.js';
import { snapshotRoutes } from './snapshot/routes.js';

export interface StaffRouteOptions {
  db: Kysely<Database>;
  /** Where snapshots are kept. */
  storage: FileStorage;
  clock: () => Date;
  /** Whether looking at figures asks for none. Default: false. */
  readOnly?: boolean;
  /** Throws for a request from anybody who is not staff. */
  authorize: preHandlerAsyncHookHandler;
}

/**
 * The figures of the platform, the daily reports and the snapshots, for any server: who may see them is for `authorize` to say.
 * Figures that were never computed, or are out of date, are asked for by whoever wants to see them, unless it is read-only.
 */
export const staffAnalyticsRoutes: FastifyPluginAsyncZod<StaffRouteOptions> = async (
  app,
  { authorize, db, storage, clock, readOnly = false },
) => {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('preHandler', authorize);
  await app.register(figureRoutes, { db, clock, readOnly });
  await app.register(reportRoutes, { db, clock });
  await app.register(snapshotRoutes, { db, storage, clock });
};
