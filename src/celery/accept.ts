import { createHash } from 'node:crypto';
import { coded } from '../errors.js';
import {
  createMessage,
  findUnstorable,
  type Json,
  type Kit,
  mapTask,
  registeredTasks,
  type TaskMessage,
} from '../taskkit/index.js';
import { argumentsOf, mappedCalls, taskNameOf } from './arguments.js';
import { present } from './codec/present.js';
import type { CeleryMessage, Continuation } from './codec/types.js';

/** What our broker keeps of a Celery message until its end. */
export interface Origin extends Continuation {
  /** Celery's id, where our broker could not take it. */
  id?: string;
  /** The runs that a Python worker made before. */
  retries?: number;
}

const unservedHint = ' If a Python worker has it, route it to one of CELERY_BRIDGE_PYTHON_QUEUES by CELERY_TASK_ROUTES.';

/** Our broker's id for a task of Celery's: the same, if it can be one there. */
export const brokerId = (id: string): string =>
  /^[\w.-]{1,200}$/.test(id) && !/^\d+$/.test(id) ? id : `celery-${createHash('sha256').update(id).digest('base64url')}`;

export function originOf({ id, retries, ...message }: CeleryMessage): Origin {
  const { rootId, parentId, group, groupIndex, callbacks, errbacks, chain, chord, ignoreResult } = message;
  const own = { id: brokerId(id) === id ? undefined : id, retries: retries || undefined };
  return present<Origin>({ rootId, parentId, group, groupIndex, callbacks, errbacks, chain, chord, ignoreResult, ...own });
}

/**
 * A Celery message as one of our own. It runs once for each id, whatever the task's `unique` says: Celery's caller waits for
 * the id that it has. Throws TASK_UNKNOWN, TASK_ARGUMENTS_INVALID and what else a call throws.
 */
export function toTaskMessage(
  celery: CeleryMessage,
  kit: Pick<Kit, 'routes' | 'defaultQueue'> & { sealer: Kit['sealer'] | undefined },
): TaskMessage {
  const { priority, eta, expires, timeLimit, softTimeLimit, retries } = celery;
  const task = registeredTasks().get(taskNameOf(celery));
  if (!task) throw coded('TASK_UNKNOWN', { name: celery.task, hint: unservedHint });
  const origin = originOf(celery);
  const bad = findUnstorable(origin);
  if (bad) throw coded('TASK_PAYLOAD_NOT_STORABLE', { name: task.taskName, ...bad });
  const options = {
    taskId: brokerId(celery.id),
    ...(priority !== undefined && { priority: Math.min(9, Math.max(0, Math.trunc(priority))) }),
    ...(eta !== undefined && { eta: new Date(eta) }),
    ...(expires !== undefined && { expires: new Date(expires) }),
  };
  const mapped = mappedCalls(celery)?.calls.map(
    (args) => createMessage(task, argumentsOf(task, { args, kwargs: {} }), {}, kit).args,
  );
  const args = mapped ? {} : argumentsOf(task, celery);
  const { unique: _, ...message } = createMessage(task, args, options, kit, { partial: mapped !== undefined });
  return {
    ...message,
    ...(mapped && { name: mapTask, args: { task: task.taskName, calls: mapped } }),
    retry: { ...message.retry, maxRetries: Math.max(0, message.retry.maxRetries - retries) },
    ...(timeLimit !== undefined && { timeLimit }),
    ...(softTimeLimit !== undefined && { softTimeLimit }),
    origin: origin as unknown as Json,
  };
}
