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
  /** Ends the run at once when aborted, with the reason as its error. */
  stop?: AbortSignal;
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
  const { softTimeLimit = handler.task.options.softTimeLimit, timeLimit = handler.task.options.timeLimit, stop } = limits;
  stop?.throwIfAborted();
  const controller = new AbortController();
  let onStop = () => {};
  const timers: NodeJS.Timeout[] = [];
  const after = (seconds: number | undefined, act: () => void) => {
    if (seconds) timers.push(setTimeout(act, seconds * 1000));
  };
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown) => {
      controller.abort(reason);
      reject(reason);
    };
    after(softTimeLimit, () => controller.abort(coded('TASK_SOFT_TIME_LIMIT', { name, seconds: softTimeLimit! })));
    after(timeLimit, () => end(coded('TASK_TIME_LIMIT', { name, seconds: timeLimit! })));
    onStop = () => end(stop?.reason);
    stop?.addEventListener('abort', onStop);
  });
  try {
    const work = handler.run(parsed, { ...context, name, signal: controller.signal });
    return storableJson(await Promise.race([work, ended]));
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stop?.removeEventListener('abort', onStop);
  }
}
