import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/schema.js';

/** How long the database and the broker have to answer, in milliseconds. */
const patience = 2_000;

const check = z.enum(['ok', 'unreachable']);
const readiness = z.object({ status: z.enum(['ready', 'unavailable']), database: check, broker: check });

/** Whether a promise is fulfilled in time. */
async function answers(question: Promise<unknown>): Promise<'ok' | 'unreachable'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patience, false);
  });
  const answered = await Promise.race([question.then(() => true).catch(() => false), late]);
  clearTimeout(timer);
  return answered ? 'ok' : 'unreachable';
}

/** What a supervisor asks: whether the process lives, and whether it can do its work. They are not rate limited. */
export const healthRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; pingBroker: () => Promise<void> }> = async (
  app,
  { db, pingBroker },
) => {
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { rateLimit: false },
    schema: { tags: ['health'], summary: 'The process lives', response: { 200: z.object({ status: z.literal('ok') }) } },
    handler: async () => ({ status: 'ok' as const }),
  });

  app.route({
    method: 'GET',
    url: '/readyz',
    config: { rateLimit: false },
    schema: {
      tags: ['health'],
      summary: 'Database and broker answer',
      response: { 200: readiness, 503: readiness },
    },
    handler: async (_request, reply) => {
      const [database, broker] = await Promise.all([answers(sql`select 1`.execute(db)), answers(pingBroker())]);
      const ready = database === 'ok' && broker === 'ok';
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable', database, broker });
    },
  });
};
