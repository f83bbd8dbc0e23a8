import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readQueueSamples } from '../../db/queue-samples.js';
import { listWorkers } from '../../db/workers.js';
import { coded } from '../../errors.js';
import { queueOfTask, registeredTasks } from '../../taskkit/index.js';
import type { QueueCountAnswer, QueueDetail, QueueRow, QueuesAnswer, WaitingTask } from '../types/index.js';
import { audited } from './audit.js';
import type { MonitorContext } from './context.js';
import { windowStart, windows } from './figures.js';
import { queueRows } from './queue-rows.js';
import { iso, isoOrNull } from './rows.js';
import { nameParams, noBody, windowQuery } from './schemas.js';

/** The queues, and what can be done with them. */
export const queueRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, { db, broker, queues, settings, clock }) => {
  const readRows = async (): Promise<QueueRow[]> => queueRows(broker, { queues, workers: await listWorkers(db), now: clock() });

  async function findQueue(name: string): Promise<QueueRow> {
    const found = (await readRows()).find((row) => row.name === name);
    if (!found) throw coded('QUEUE_UNKNOWN', { name, hint: '' });
    return found;
  }

  app.get('/queues', async (): Promise<QueuesAnswer> => ({ queues: await readRows() }));

  app.get(
    '/queues/:name',
    { schema: { params: nameParams, querystring: windowQuery } },
    async (request): Promise<QueueDetail> => {
      const { window } = request.query;
      const { stepMs } = windows[window];
      const row = await findQueue(request.params.name);
      const [samples, next, scheduled] = await Promise.all([
        readQueueSamples(db, row.name, { from: windowStart(window, clock()), stepMs }),
        broker.waiting([row.name]),
        broker.scheduled([row.name]),
      ]);
      const routing = { routes: settings.taskRoutes, defaultQueue: settings.taskDefaultQueue };
      return {
        ...row,
        window,
        stepMs,
        points: samples.map(({ at, ...levels }) => ({ at: iso(at), ...levels })),
        next: next.map(waitingTask),
        scheduled: scheduled.map(waitingTask),
        tasks: [...registeredTasks().values()]
          .filter((task) => queueOfTask(task, routing) === row.name)
          .map((task) => task.taskName)
          .sort(),
      };
    },
  );

  for (const name of ['pause', 'resume'] as const) {
    app.route({
      method: 'POST',
      url: `/queues/:name/${name}`,
      schema: { params: nameParams, body: noBody },
      handler: async (request): Promise<QueueRow> => {
        const { name: queue } = request.params;
        return audited(db, request, { action: `queue.${name}`, target: queue }, async () => {
          await findQueue(queue);
          await (name === 'pause' ? broker.pauseQueue(queue) : broker.resumeQueue(queue));
          return findQueue(queue);
        });
      },
    });
  }

  app.route({
    method: 'POST',
    url: '/queues/:name/drain',
    schema: { params: nameParams, body: z.strictObject({ confirm: z.number().int().min(0) }) },
    handler: async (request): Promise<QueueCountAnswer> => {
      const { name: queue } = request.params;
      const { confirm } = request.body;
      return audited(db, request, { action: 'queue.drain', target: queue, details: { confirm } }, async () => {
        const { waiting } = await findQueue(queue);
        if (waiting > confirm) throw coded('QUEUE_CHANGED', { queue, waiting, confirmed: confirm });
        return { count: await broker.purge(queue) };
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/queues/:name/retry-failed',
    schema: { params: nameParams, body: noBody },
    handler: async (request): Promise<QueueCountAnswer> => {
      const { name: queue } = request.params;
      return audited(db, request, { action: 'queue.retry-failed', target: queue }, async () => {
        await findQueue(queue);
        return { count: await broker.retryFailed(queue) };
      });
    },
  });
};

type Summary = Awaited<ReturnType<MonitorContext['broker']['waiting']>>[number];

const waitingTask = ({ id, name, args, retries, enqueuedAt, eta }: Summary): WaitingTask => ({
  id,
  name,
  args,
  retries,
  enqueuedAt: iso(enqueuedAt),
  eta: isoOrNull(eta),
});
