import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createControlChannel } from '../../db/control.js';
import { listWorkers, type WorkerStatus } from '../../db/workers.js';
import { coded } from '../../errors.js';
import { askWorkers, type ControlCommand, findTask, type Json, type WorkerStats } from '../../taskkit/index.js';
import type { ChangedLimits, CurrentTask, JsonValue, WorkerActionAnswer, WorkerDetail, WorkersAnswer } from '../types/index.js';
import { audited } from './audit.js';
import type { MonitorContext } from './context.js';
import { workerRow } from './rows.js';
import { nameParams, noBody, queueName } from './schemas.js';

/** How long a worker has to answer, in seconds. */
const patience = 2;

const changedLimits = (stats: WorkerStats | undefined): ChangedLimits => ({
  rates: stats?.rateLimits ?? {},
  times: stats?.timeLimits ?? {},
});

/** The workers, and what can be done with them. */
export const workerRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, { db, databaseUrl, log }) => {
  const channel = createControlChannel(db, databaseUrl, log);

  async function findWorker(name: string): Promise<WorkerStatus> {
    const found = (await listWorkers(db)).find((worker) => worker.name === name);
    if (!found) throw coded('WORKER_UNKNOWN', { name, hint: '' });
    return found;
  }

  /** What one worker answers; undefined when it does not in time. */
  async function ask(name: string, command: ControlCommand): Promise<Json | undefined> {
    const { replies } = await askWorkers(channel, command, { destination: [name], expected: [name], timeout: patience });
    return replies.find(({ worker }) => worker === name)?.reply;
  }

  app.get('/workers', async (): Promise<WorkersAnswer> => ({ workers: (await listWorkers(db)).map(workerRow) }));

  app.get('/workers/:name', { schema: { params: nameParams } }, async (request): Promise<WorkerDetail> => {
    const worker = await findWorker(request.params.name);
    const questions = ['active', 'active_queues', 'registered', 'conf', 'stats'] as const;
    const [active, activeQueues, registered, conf, stats] = worker.online
      ? await Promise.all(questions.map((name) => ask(worker.name, { name })))
      : [];
    return {
      ...workerRow(worker),
      answered: conf !== undefined,
      current: ((active ?? []) as unknown as CurrentTask[]).map((task) => ({
        id: task.id,
        name: task.name,
        queue: task.queue,
        args: task.args,
        retries: task.retries,
        startedAt: task.startedAt ?? null,
      })),
      activeQueues: (activeQueues ?? []) as WorkerDetail['activeQueues'],
      registered: (registered ?? []) as string[],
      processedByTask: worker.stats?.total ?? {},
      changedLimits: changedLimits(stats as unknown as WorkerStats | undefined),
      conf: (conf ?? {}) as Record<string, JsonValue>,
    };
  });

  /** An action on a worker: its last part of the path, its body, and the command that it becomes. */
  function action<B extends z.ZodType>(name: string, body: B, toCommand: (body: z.output<B>) => ControlCommand): void {
    app.route({
      method: 'POST',
      url: `/workers/:name/${name}`,
      schema: { params: nameParams, body },
      handler: async (request): Promise<WorkerActionAnswer> => {
        const { name: worker } = request.params as z.output<typeof nameParams>;
        const command = toCommand(request.body as z.output<B>);
        const { name: _, ...details } = command;
        return audited(
          db,
          request as FastifyRequest,
          { action: `worker.${name}`, target: worker, details: details as Json },
          () => tell(worker, command),
        );
      },
    });
  }

  async function tell(name: string, command: ControlCommand): Promise<WorkerActionAnswer> {
    const worker = await findWorker(name);
    if (!worker.online) throw coded('WORKER_SILENT', { worker: name, seconds: patience });
    const reply = await ask(name, command);
    if (reply === undefined) throw coded('WORKER_SILENT', { worker: name, seconds: patience });
    const { ok, error } = reply as { ok?: string; error?: string };
    if (error !== undefined) throw coded('WORKER_REFUSED', { worker: name, reason: error });
    return { text: String(ok) };
  }

  const change = z.number().int().min(-1000).max(1000);
  action('shutdown', noBody, () => ({ name: 'shutdown' }));
  action('pool', z.strictObject({ change: change.refine((count) => count !== 0, 'must not be 0') }), ({ change }) =>
    change > 0 ? { name: 'pool_grow', n: change } : { name: 'pool_shrink', n: -change },
  );
  action('add-queue', z.strictObject({ queue: queueName }), ({ queue }) => ({ name: 'add_consumer', queue }));
  action('cancel-queue', z.strictObject({ queue: queueName }), ({ queue }) => ({ name: 'cancel_consumer', queue }));
  action('rate-limit', z.strictObject({ task: z.string().max(300), rate: z.string().max(40).nullable() }), ({ task, rate }) => ({
    name: 'rate_limit',
    task: findTask(task).taskName,
    rate,
  }));
  const seconds = z.number().positive().max(86_400);
  const limits = z
    .strictObject({ task: z.string().max(300), soft: seconds, hard: seconds })
    .refine(({ soft, hard }) => soft <= hard, 'soft must not be over hard');
  action('time-limit', limits, ({ task, soft, hard }) => ({ name: 'time_limit', task: findTask(task).taskName, soft, hard }));
};
