import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { getRuns } from '../../db/history/index.js';
import { createBeatStore } from '../../db/schedule.js';
import { findEntry, pauseEntry, resumeEntry, runEntry } from '../../taskkit/index.js';
import type { ScheduleAnswer, ScheduleRow, TaskStarted } from '../types/index.js';
import { audited } from './audit.js';
import type { MonitorContext } from './context.js';
import { taskRow } from './rows.js';
import { scheduleRows } from './schedule-rows.js';
import { nameParams, noBody } from './schemas.js';

/** What runs by the clock, and what can be done with it. */
export const scheduleRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, context) => {
  const { db, schedule } = context;
  const store = createBeatStore(db);

  async function readRows(): Promise<ScheduleRow[]> {
    const entries = await scheduleRows(context);
    const runs = await getRuns(
      db,
      entries.flatMap(({ state }) => (state?.lastTaskId === undefined ? [] : [state.lastTaskId])),
    );
    return entries.map(({ row, state }) => {
      const run = runs.find(({ id }) => id === state?.lastTaskId);
      return { ...row, lastTask: run ? lastTaskOf(taskRow(run)) : null };
    });
  }

  app.get('/schedule', async (): Promise<ScheduleAnswer> => ({ entries: await readRows() }));

  app.route({
    method: 'POST',
    url: '/schedule/:name/run',
    schema: { params: nameParams, body: noBody },
    handler: async (request): Promise<TaskStarted> => {
      const entry = findEntry(schedule, request.params.name);
      return audited(db, request, { action: 'schedule.run', target: entry.name }, async () => ({
        id: await runEntry(entry, store),
      }));
    },
  });

  for (const name of ['pause', 'resume'] as const) {
    app.route({
      method: 'POST',
      url: `/schedule/:name/${name}`,
      schema: { params: nameParams, body: noBody },
      handler: async (request): Promise<ScheduleRow> => {
        const entry = findEntry(schedule, request.params.name);
        return audited(db, request, { action: `schedule.${name}`, target: entry.name }, async () => {
          await (name === 'pause' ? pauseEntry(entry, store) : resumeEntry(entry, store));
          return (await readRows()).find((row) => row.name === entry.name)!;
        });
      },
    });
  }
};

const lastTaskOf = ({ id, status, result, error, runtimeMs }: ReturnType<typeof taskRow>) => ({
  id,
  status,
  result,
  error,
  runtimeMs,
});
