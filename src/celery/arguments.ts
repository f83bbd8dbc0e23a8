import { JourneymanError } from '../errors.js';
import { argumentsFromCelery, fillArguments, type Json, type Task } from '../taskkit/index.js';
import type { CeleryMessage, WireSignature } from './codec/types.js';

type AnyTask = Task<never, unknown>;

/** Celery's names for calls that are made one after another in one task: `chunks` and `starmap`, and `map`. */
const mapTasks: Record<string, (item: unknown) => unknown[]> = {
  'celery.starmap': (item) => (Array.isArray(item) ? item : [item]),
  'celery.map': (item) => [item],
};

/** The calls that a message of Celery's own map stands for, or undefined for any other message. */
export function mappedCalls({
  task: name,
  kwargs: { task, it },
}: CeleryMessage): { task: string; calls: unknown[][] } | undefined {
  const toArgs = Object.hasOwn(mapTasks, name) ? mapTasks[name] : undefined;
  const inner = (task as Partial<WireSignature> | undefined)?.task;
  return toArgs && typeof inner === 'string' && Array.isArray(it) ? { task: inner, calls: it.map(toArgs) } : undefined;
}

/** The task that a message is about; of a map the one that it calls. */
export const taskNameOf = (message: CeleryMessage): string => mappedCalls(message)?.task ?? message.task;

/** Gives the arguments if the contract takes them. */
function fitting(task: AnyTask, build: () => Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    const args = build();
    return task.schema.safeParse(args).success ? args : undefined;
  } catch (error) {
    if (error instanceof JourneymanError && error.code === 'TASK_ARGUMENTS_INVALID') return undefined;
    throw error;
  }
}

/**
 * The arguments by the task's contract. What comes after another task has that one's result before its own arguments; where
 * those alone are what the task takes, the result fills only what they leave out, by name, as it does in our own chains.
 */
export function argumentsOf(
  task: AnyTask,
  { args, kwargs, parentId }: Pick<CeleryMessage, 'args' | 'kwargs' | 'parentId'>,
): Record<string, unknown> {
  const given = () => argumentsFromCelery(task, args, kwargs);
  if (parentId === undefined || args.length === 0) return given();
  const [result, ...own] = args;
  const filled = () => {
    const named = argumentsFromCelery(task, own, kwargs) as Record<string, Json>;
    return fillArguments({ name: task.taskName, args: named, immutable: false }, result as Json);
  };
  return fitting(task, given) ?? fitting(task, filled) ?? given();
}
