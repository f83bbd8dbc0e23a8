import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';
import type { TaskLogger } from '../taskkit/index.js';
import { requireUser } from './authenticate.js';
import { closeAccount } from './close.js';
import { strictly } from './fields.js';
import { exportPersonalData } from './personal-data.js';

/** An export reads every table that knows the user. */
const exporting = { max: 5, timeWindow: '15 minutes' };

/** A stream that breaks has begun with an answer of 200: only the log can say why. */
async function* logged(pieces: AsyncIterable<string>, log: TaskLogger, requestId: string): AsyncGenerator<string> {
  try {
    yield* pieces;
  } catch (error) {
    log.error({ err: error, requestId }, 'The export of a user’s data broke off');
    throw error;
  }
}

/** What the law lets users ask of whoever keeps data of them: a copy of all of it, and an end. */
export const ownDataRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; log: TaskLogger }> = async (app, { db, log }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/me/export',
    config: { rateLimit: exporting },
    schema: {
      tags: ['accounts'],
      summary: 'All that is kept of the user, as one JSON file: the account, and a list for each kind of data',
      response: { 200: z.looseObject({ account: z.looseObject({}) }) },
    },
    handler: async (request, reply) =>
      reply
        .headers({
          'content-type': 'application/json; charset=utf-8',
          'content-disposition': 'attachment; filename="my-data.json"',
          'cache-control': 'private, no-store',
        })
        .send(Readable.from(logged(exportPersonalData(db, request.user.id), log, request.id)) as never),
  });

  app.route({
    method: 'DELETE',
    url: '/me',
    config: { rateLimit: strictly, errors: ['CREDENTIALS_INVALID'] },
    schema: {
      tags: ['accounts'],
      summary: 'Close the user’s own account: no token works any more, and its resumes are deleted',
      body: z.object({ password: z.string().max(200) }),
      response: { 204: z.undefined().describe('The account is closed.') },
    },
    handler: async (request, reply) => {
      await closeAccount(db, request.user.id, request.body.password);
      return reply.code(204).send();
    },
  });
};
