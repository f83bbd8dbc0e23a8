import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseQuery, queryOperators, searchRuns } from '../../db/history/index.js';
import type { QueryHelp, TaskDetail, TaskGraph, TaskPage } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { readGraph } from './graph.js';
import { isoOrNull, taskRow } from './rows.js';
import { taskIdParams } from './schemas.js';
import { taskDetail } from './task-detail.js';

const sorts = ['enqueuedAt', 'updatedAt', 'runtimeMs', 'name', 'status', 'queue', 'worker'] as const;

const sort = z
  .string()
  .regex(new RegExp(`^-?(${sorts.join('|')})$`), `must be one of ${sorts.join(', ')}, with "-" before it for the other direction`)
  .default('-enqueuedAt')
  .transform((text) => ({
    by: text.replace('-', '') as (typeof sorts)[number],
    direction: text.startsWith('-') ? ('desc' as const) : ('asc' as const),
  }));

/** The run history: a page of it, and one task in full. */
export const taskRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, context) => {
  const { db, clock } = context;

  app.route({
    method: 'GET',
    url: '/tasks',
    schema: {
      querystring: z.object({
        query: z.string().max(2000).default(''),
        sort,
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.string().max(1000).optional(),
      }),
    },
    handler: async (request): Promise<TaskPage> => {
      const { query, sort: order, limit, cursor } = request.query;
      const { runs, next, searchedTo } = await searchRuns(db, { conditions: parseQuery(query, clock()), order, limit, cursor });
      return { runs: runs.map(taskRow), next: next ?? null, searchedTo: isoOrNull(searchedTo) };
    },
  });

  app.get('/query-help', async (): Promise<QueryHelp> => ({ operators: queryOperators.map((operator) => ({ ...operator })) }));

  app.get('/tasks/:id', { schema: { params: taskIdParams } }, async (request): Promise<TaskDetail> => {
    return taskDetail(context, request.params.id);
  });

  app.get('/tasks/:id/graph', { schema: { params: taskIdParams } }, async (request): Promise<TaskGraph> => {
    return readGraph(context, request.params.id);
  });
};
