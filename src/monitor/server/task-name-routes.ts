import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { durationBounds, errorKinds, runsByName, runsByStep, slowestRuns } from '../../db/history/index.js';
import { coded } from '../../errors.js';
import { registeredTasks } from '../../taskkit/index.js';
import type { TaskNameDetail, TaskNameRow, TaskNamesAnswer } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { contractOf } from './contract.js';
import { byName, figuresOf, pointsOf, total, windowStart, windows } from './figures.js';
import { taskRow } from './rows.js';
import { nameParams, windowQuery } from './schemas.js';

/** Tasks by name: how their runs go. */
export const taskNameRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, context) => {
  const { db, clock } = context;
  const rowOf = (name: string, runs: Parameters<typeof total>[0]): TaskNameRow => ({
    name,
    queue: contractOf(context, name)?.queue ?? null,
    ...figuresOf(total(runs)),
  });

  app.get('/task-names', { schema: { querystring: windowQuery } }, async (request): Promise<TaskNamesAnswer> => {
    const { window } = request.query;
    const now = clock();
    const runs = byName(await runsByName(db, { from: windowStart(window, now), stepMs: windows[window].stepMs, now }));
    const names = [...new Set([...registeredTasks().keys(), ...runs.keys()])].sort();
    return { window, tasks: names.map((name) => rowOf(name, runs.get(name) ?? [])) };
  });

  app.get(
    '/task-names/:name',
    { schema: { params: nameParams, querystring: windowQuery } },
    async (request): Promise<TaskNameDetail> => {
      const { name } = request.params;
      const { window } = request.query;
      const now = clock();
      const from = windowStart(window, now);
      const { stepMs } = windows[window];
      const [runs, slowest, errors] = await Promise.all([
        runsByStep(db, { from, stepMs, now }, name),
        slowestRuns(db, name, { from, limit: 10 }),
        errorKinds(db, name),
      ]);
      const contract = contractOf(context, name);
      if (!contract && runs.length === 0 && errors.length === 0) throw coded('TASK_UNKNOWN', { name, hint: '' });
      const { runtimes } = total(runs);
      return {
        ...rowOf(name, runs),
        window,
        stepMs,
        contract,
        points: pointsOf(runs, window, now),
        distribution: runtimes.map((count, index) => ({ toMs: durationBounds[index] ?? null, count })),
        slowest: slowest.map(taskRow),
        errors: errors.map((kind) => ({ ...kind, lastAt: kind.lastAt.toISOString() })),
      };
    },
  );
};
