import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { AuditAnswer, JsonValue } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { pageQuery, plainText } from './schemas.js';

const outcomes = {
  done: sql<SqlBool>`outcome = 'done'`,
  failed: sql<SqlBool>`outcome NOT IN ('done', 'begun')`,
  begun: sql<SqlBool>`outcome = 'begun'`,
};

const contains = (column: string, text: string) => sql<SqlBool>`strpos(lower(${sql.ref(column)}), lower(${text})) > 0`;

const auditQuery = z.object({
  ...pageQuery,
  user: plainText(254).optional(),
  target: plainText(300).optional(),
  kind: z.enum(['task', 'worker', 'queue', 'schedule', 'analytics', 'session']).optional(),
  outcome: z.enum(['done', 'failed', 'begun']).optional(),
});

/** What was done through the monitor, and by whom. */
export const auditRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, { db }) => {
  app.get('/audit', { schema: { querystring: auditQuery } }, async (request): Promise<AuditAnswer> => {
    const { page, pageSize, user, target, kind, outcome } = request.query;
    const fitting = db
      .selectFrom('monitor_audit')
      .$if(user !== undefined, (query) => query.where(contains('user_name', user!)))
      .$if(target !== undefined, (query) => query.where(contains('target', target!)))
      .$if(kind !== undefined, (query) => query.where('action', 'like', `${kind}.%`))
      .$if(outcome !== undefined, (query) => query.where(outcomes[outcome!]));
    const [{ total }, rows] = await Promise.all([
      fitting.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow(),
      fitting
        .selectAll()
        .orderBy('id', 'desc')
        .limit(pageSize)
        .offset((page - 1) * pageSize)
        .execute(),
    ]);
    const items = rows.map(({ at, user_name, details, ...row }) => ({
      ...row,
      at: at.toISOString(),
      user: user_name,
      details: details as JsonValue,
    }));
    return { items, page, pageSize, total };
  });
};
