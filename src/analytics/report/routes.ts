import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { ageSeconds } from '../../db/cached-analytics.js';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';
import { pageOf, pageQuery } from '../../http/schemas.js';
import { generateDailyReport } from '../../tasks/analytics.js';
import { calendarDay } from '../../tasks/fields.js';
import { askFor } from '../compute-on-demand.js';
import { age, askedResponse } from '../responses.js';
import { findReport, listReports } from './store.js';
import { dailyReport } from './types.js';

/** The daily reports. */
export const reportRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database>; clock: () => Date }> = async (app, { db, clock }) => {
  app.route({
    method: 'GET',
    url: '/reports',
    schema: {
      tags: ['analytics'],
      summary: 'The daily reports, newest first, with what was notable',
      querystring: pageQuery,
      response: { 200: pageOf(dailyReport.pick({ date: true, changes: true }).extend(age)) },
    },
    handler: async (request) => {
      const now = clock();
      const { items, total } = await listReports(db, request.query);
      return { ...request.query, items: items.map((item) => ({ ...item, ageSeconds: ageSeconds(item, now) })), total };
    },
  });

  app.route({
    method: 'GET',
    url: '/reports/:date',
    config: { errors: ['REPORT_NOT_FOUND'] },
    schema: {
      tags: ['analytics'],
      summary: 'The report on a day, against the day before and the same weekday a week before',
      params: z.object({ date: calendarDay }),
      response: { 200: z.object({ report: dailyReport, ...age }) },
    },
    handler: async (request) => {
      const { date } = request.params;
      const stored = await findReport(db, date);
      if (!stored) throw coded('REPORT_NOT_FOUND', { date });
      return { ...stored, ageSeconds: ageSeconds(stored, clock()) };
    },
  });

  app.route({
    method: 'POST',
    url: '/reports/refresh',
    config: { rateLimit: { max: 6, timeWindow: '1 minute' } },
    schema: {
      tags: ['analytics'],
      summary: 'Have the report on yesterday made, or made anew, once a minute at most',
      response: { 202: askedResponse },
    },
    handler: async (_request, reply) => {
      const taskId = await askFor(db, { task: generateDailyReport, args: {}, about: 'daily-report', now: clock() });
      return reply.code(202).send({ taskId });
    },
  });
};
