import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import type { AuditAnswer, JsonValue } from '../types.js';
import type { MonitorContext } from './context.js';
import { pageQuery } from './schemas.js';

/** What was done through the monitor, and by whom. */
export const auditRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, { db }) => {
  app.get('/audit', { schema: { querystring: z.object(pageQuery) } }, async (request): Promise<AuditAnswer> => {
    const { page, pageSize } = request.query;
    const [{ total }, rows] = await Promise.all([
      db.selectFrom('monitor_audit').select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow(),
      db
        .selectFrom('monitor_audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(pageSize)
        .offset((page - 1) * pageSize)
        .execute(),
    ]);
    const items = rows.map(({ at, user_name: user, details, ...row }) => ({
      ...row,
      at: at.toISOString(),
      user,
      details: details as JsonValue,
    }));
    return { items, page, pageSize, total };
  });
};
