import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createControlChannel } from '../../db/control.js';
import { listWorkers } from '../../db/workers.js';
import { coded } from '../../errors.js';
import { findTask as findContract, revokeTasks } from '../../taskkit/index.js';
import type { RevokeAnswer, TaskStarted } from '../types/index.js';
import { audited } from './audit.js';
import type { MonitorContext } from './context.js';
import { findTask } from './find-task.js';
import { runAgain } from './run-again.js';
import { noBody, queueName, taskIdParams } from './schemas.js';

const args = z.record(z.string(), z.json());
/** How long workers have to answer, in seconds. */
const patience = 2;

/** What can be done with a task. */
export const taskActionRoutes: FastifyPluginAsyncZod<MonitorContext> = async (app, context) => {
  const { db, databaseUrl, broker, log } = context;
  const channel = createControlChannel(db, databaseUrl, log);

  app.route({
    method: 'POST',
    url: '/tasks',
    schema: {
      body: z.strictObject({
        name: z.string().max(300),
        args,
        queue: queueName.optional(),
        countdown: z.number().min(0).max(31_536_000).optional(),
      }),
    },
    handler: async (request): Promise<TaskStarted> => {
      const { name, args: given, queue, countdown } = request.body;
      const task = findContract(name);
      const options = { ...(queue !== undefined && { queue }), ...(countdown !== undefined && { countdown }) };
      return audited(db, request, { action: 'task.call', target: task.taskName, details: options }, async () => {
        const { id } = await task.applyAsync(given as never, options);
        return { id };
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/tasks/:id/retry',
    schema: { params: taskIdParams, body: noBody },
    handler: async (request): Promise<TaskStarted> => {
      const { id } = request.params;
      return audited(db, request, { action: 'task.retry', target: id }, async () => {
        const { row } = await findTask(context, id);
        const status = await broker.retry(id);
        if (status === undefined) throw coded('TASK_MESSAGE_GONE', { id, what: 'the history holds only a shortened copy' });
        if (status !== 'FAILURE' && status !== 'REVOKED') throw coded('TASK_NOT_RETRYABLE', { id, status: row.status });
        return { id };
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/tasks/:id/run-again',
    schema: { params: taskIdParams, body: z.strictObject({ args: args.optional() }) },
    handler: async (request): Promise<TaskStarted> => {
      const { id } = request.params;
      const details = { changed: request.body.args !== undefined };
      return audited(db, request, { action: 'task.run-again', target: id, details }, async () => ({
        id: await runAgain(context, id, request.body.args),
      }));
    },
  });

  app.route({
    method: 'POST',
    url: '/tasks/:id/revoke',
    schema: { params: taskIdParams, body: z.strictObject({ terminate: z.boolean().default(false) }) },
    handler: async (request): Promise<RevokeAnswer> => {
      const { id } = request.params;
      const { terminate } = request.body;
      return audited(db, request, { action: terminate ? 'task.terminate' : 'task.revoke', target: id }, async () => {
        const online = (await listWorkers(db)).filter((worker) => worker.online).map(({ name }) => name);
        const outcomes = await revokeTasks(broker, channel, [id], { terminate, expected: online, timeout: patience });
        const { outcome } = outcomes.get(id)!;
        if (outcome === 'unknown') throw coded('TASK_ID_UNKNOWN', { id });
        return { outcome };
      });
    },
  });
};
