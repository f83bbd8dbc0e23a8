import type { z } from 'zod';
import { type Task, task } from './task.js';
import type { TaskOptions } from './types.js';

type AnyTask = Task<never, unknown>;

const registry = new Map<string, AnyTask>();

/** Every task that lives in Celery's Python workers, by name. */
export const celeryTasks = (): ReadonlyMap<string, AnyTask> => registry;

/** As long as Celery keeps results by default: who waits longer waits for nothing. */
const day = 86_400;

interface CeleryTaskOptions<R extends z.ZodType> extends Omit<TaskOptions, 'softTimeLimit' | 'sealed'> {
  /** The queue that Python workers serve. A route of CELERY_TASK_ROUTES wins over it. No task of ours may go there. */
  queue: string;
  /** What the Python function returns. */
  returns: R;
}

/**
 * Defines a task that lives in a Python worker. It is called as any task of ours, in chains, groups and by the schedule too;
 * the bridge sends it to Celery, and its end is that of the Python task.
 *
 * Retries are the Python task's own matter: `maxRetries` (default 0) counts whole calls that are made anew after it has failed.
 * `timeLimit` (default a day) is how long a call may take, from when it is sent to its result. `ignoreResult` is for Python
 * tasks that store none: the task has ended when it has been sent.
 *
 * @param name The Python task's name.
 * @param shape Its arguments; they are sent by name, in snake_case.
 */
export function celeryTask<S extends z.ZodRawShape, R extends z.ZodType>(
  name: string,
  shape: S,
  { returns, ...options }: CeleryTaskOptions<R>,
): Task<z.input<z.ZodObject<S>>, z.output<R>> {
  const plain = task(name, shape, { maxRetries: 0, timeLimit: day, ...options, returns: {} });
  const definition = Object.assign(plain as unknown as AnyTask, { returns });
  registry.set(name, definition);
  return definition as unknown as Task<z.input<z.ZodObject<S>>, z.output<R>>;
}
