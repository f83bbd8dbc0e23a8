import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { requireUser } from '../accounts/index.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { publicError } from '../http/errors.js';
import { findInOutbox, findTaskOwner } from '../http/task-owners.js';
import { AsyncResult, type TaskState } from '../taskkit/index.js';

const taskResponse = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED']),
    progress: z.unknown().describe('How far the task says that it is; null before it says so.'),
    result: z.unknown().describe('What the task returned; null before it succeeded.'),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    retries: z.number().int(),
    enqueuedAt: z.date().nullable(),
    startedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Task' });

function present(state: Omit<TaskState, 'queue'>): z.output<typeof taskResponse> {
  const { id, name, status, retries, error } = state;
  return {
    id,
    name,
    status,
    progress: state.progress ?? null,
    result: state.result ?? null,
    error: error ? publicError(error.code, error.message) : null,
    retries,
    enqueuedAt: state.enqueuedAt ?? null,
    startedAt: state.startedAt ?? null,
    finishedAt: state.finishedAt ?? null,
  };
}

/** A task's state, from the moment its transaction committed; undefined when nothing is known of it any more. */
async function findTask(db: Kysely<Database>, id: string): Promise<Omit<TaskState, 'queue'> | undefined> {
  // The outbox first: a message that leaves it between the two questions is known to the broker by then.
  const waiting = await findInOutbox(db, id);
  const state = await new AsyncResult(id).state();
  return state ?? (waiting && { id, ...waiting, status: 'PENDING', retries: 0 });
}

/** What becomes of tasks that requests enqueued. */
export const taskRoutes: FastifyPluginAsyncZod<{ db: Kysely<Database> }> = async (app, { db }) => {
  requireUser(app, db);

  app.route({
    method: 'GET',
    url: '/tasks/:id',
    config: { errors: ['TASK_ID_UNKNOWN', 'BROKER_UNREACHABLE'] },
    schema: {
      tags: ['tasks'],
      summary: 'The state of a task, for the user whose request enqueued it and for staff',
      params: z.object({ id: z.string().regex(/^[\w.-]{1,200}$/) }),
      response: { 200: taskResponse },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { user } = request;
      const allowed = user.isStaff || (await findTaskOwner(db, id)) === user.id;
      const state = allowed ? await findTask(db, id) : undefined;
      if (!state) throw coded('TASK_ID_UNKNOWN', { id });
      return present(state);
    },
  });
};
