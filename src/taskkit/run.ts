import { coded } from '../errors.js';
import { parseArguments } from './message.js';
import { storableJson } from './storable.js';
import type { Handler } from './task.js';
import type { Json, TaskContext } from './types.js';

export interface RunLimits {
  /** Seconds until `signal` is aborted. */
  softTimeLimit?: number | undefined;
  /** Seconds until the run is given up as failed. */
  timeLimit?: number | undefined;
  /** Given what ends the run at once, with a reason as its error. */
  onStart?: (end: (reason: Error) => void) => void;
}

/**
 * Runs a handler once: checks its arguments, hands it a context, holds its time limits. Returns its result as plain JSON.
 * A run that ignores its signal is abandoned at the hard limit: what it still does has no effect on the task's state.
 */
export async function runHandler(
  handler: Handler,
  args: unknown,
  context: Omit<TaskContext, 'signal' | 'name'>,
  limits: RunLimits = {},
): Promise<Json> {
  const name = handler.task.taskName;
  const parsed = parseArguments(handler.task, args);
  const { softTimeLimit = handler.task.options.softTimeLimit, timeLimit = handler.task.options.timeLimit, onStart } = limits;
  // Made when somebody asks for it: most handlers never do, and it is a good part of what a short run costs.
  let controller: AbortController | undefined;
  const abort = (reason: Error) => {
    controller ??= new AbortController();
    controller.abort(reason);
  };
  const timers: NodeJS.Timeout[] = [];
  const after = (seconds: number | undefined, act: () => void) => {
    if (seconds) timers.push(setTimeout(act, seconds * 1000));
  };
  let isOver = false;
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: Error) => {
      isOver = true;
      abort(reason);
      reject(reason);
    };
    after(softTimeLimit, () => abort(coded('TASK_SOFT_TIME_LIMIT', { name, seconds: softTimeLimit! })));
    after(timeLimit, () => end(coded('TASK_TIME_LIMIT', { name, seconds: timeLimit! })));
    onStart?.(end);
  });
  // A handler may throw before the race below listens.
  ended.catch(() => undefined);
  try {
    if (isOver) return await ended;
    const work = handler.run(parsed, {
      ...context,
      name,
      get signal() {
        controller ??= new AbortController();
        return controller.signal;
      },
    });
    return storableJson(await Promise.race([work, ended]));
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
