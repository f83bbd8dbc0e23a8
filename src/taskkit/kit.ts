import { coded } from '../errors.js';
import type { Broker } from './broker/broker.js';
import { newId } from './id.js';
import { RetryLater } from './retry.js';
import type { TaskRoutes } from './routes.js';
import { runHandler } from './run.js';
import type { Sealer } from './sealer.js';
import type { Handler, Task } from './task.js';
import type { Json, OutboxStore, TaskLogger } from './types.js';

/** What calls of tasks need in this process; Celery's app. */
export interface Kit {
  broker: Broker;
  outbox: OutboxStore;
  routes: TaskRoutes;
  /** The queue of a task that names none. */
  defaultQueue: string;
  log: TaskLogger;
  /** Needed by tasks with sealed arguments, in callers and workers alike. */
  sealer?: Sealer;
  /** Those that `await someTask(args)` may run here and now. */
  handlers: Handler[];
}

let connected: Kit | undefined;

/** Lets this process call tasks. A second call replaces the first; `undefined` disconnects. */
export function connect(kit: Kit | undefined): void {
  connected = kit;
}

/** The kit this process is connected to, if it is. */
export const connectedKit = (): Kit | undefined => connected;

/** The kit this process is connected to. Throws TASK_KIT_NOT_CONNECTED, naming the task that was called. */
export function currentKit(name: string): Kit {
  if (!connected) throw coded('TASK_KIT_NOT_CONNECTED', { name });
  return connected;
}

/** Runs a task in this process, without the broker: no retries, errors go to the caller. */
export async function runHere(task: Task<never, unknown>, args: unknown): Promise<Json> {
  const { handlers, log, defaultQueue } = currentKit(task.taskName);
  const handler = handlers.find((candidate) => candidate.task === task);
  if (!handler) throw coded('TASK_HANDLER_MISSING', { name: task.taskName });
  return runHandler(handler, args, {
    id: newId(),
    queue: task.options.queue ?? defaultQueue,
    retries: 0,
    maxRetries: 0,
    log,
    progress: async () => undefined,
    retry: ({ error } = {}) => {
      throw error ?? new RetryLater(undefined, undefined);
    },
    group: async () => {
      throw coded('TASK_OPTIONS_INVALID', { name: task.taskName, problems: 'a task that enqueues a group is run by a worker' });
    },
  });
}
