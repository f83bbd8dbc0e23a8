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
}

/** What a handler is told of its run by whoever runs it. */
export interface RunContext extends Omit<TaskContext, 'signal' | 'name'> {
  /** Takes what ends the handler at once, with a reason as its error. */
  begin?(end: (reason: Error) => void): void;
}

/** What aborts a run. The signal is made when somebody asks for it: most handlers never do, and it costs as much as a short run. */
class Stop {
  reason: Error | undefined;
  private controller: AbortController | undefined;

  abort(reason: Error): void {
    this.reason ??= reason;
    this.controller?.abort(this.reason);
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.reason) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }
}

/** A run as its handler sees it. A class, since an object with a getter of its own is slow to make. */
class HandlerContext implements TaskContext {
  readonly id: string;
  readonly queue: string;
  readonly retries: number;
  readonly maxRetries: number;
  readonly log: TaskContext['log'];
  readonly progress: TaskContext['progress'];
  readonly retry: TaskContext['retry'];
  readonly group: TaskContext['group'];

  constructor(
    { id, queue, retries, maxRetries, log, progress, retry, group }: RunContext,
    readonly name: string,
    private readonly stop: Stop,
  ) {
    this.id = id;
    this.queue = queue;
    this.retries = retries;
    this.maxRetries = maxRetries;
    this.log = log;
    this.progress = progress;
    this.retry = retry;
    this.group = group;
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }
}

/** A run's `context.group`. Throws TASK_OPTIONS_INVALID when it is called again: the outcomes of two groups could not be told apart. */
export function groupOnce(name: string, group: TaskContext['group']): TaskContext['group'] {
  let isAsked = false;
  return async (build) => {
    if (isAsked) {
      const problems = 'context.group was called twice in one run; a handler may wait for one group';
      throw coded('TASK_OPTIONS_INVALID', { name, problems });
    }
    isAsked = true;
    return group(build);
  };
}

/**
 * Runs a handler once: checks its arguments, hands it a context, holds its time limits. Returns its result as plain JSON.
 * A run that ignores its signal is abandoned at the hard limit: what it still does has no effect on the task's state.
 */
export async function runHandler(
  handler: Handler,
  args: unknown,
  context: RunContext,
  { softTimeLimit, timeLimit }: RunLimits = handler.task.options,
): Promise<Json> {
  const name = handler.task.taskName;
  const parsed = parseArguments(handler.task, args);
  const stop = new Stop();
  let soft: NodeJS.Timeout | undefined;
  let hard: NodeJS.Timeout | undefined;
  try {
    const result = await new Promise<Json>((resolve, reject) => {
      const end = (reason: Error) => {
        stop.abort(reason);
        reject(reason);
      };
      if (softTimeLimit) {
        soft = setTimeout(
          () => stop.abort(coded('TASK_SOFT_TIME_LIMIT', { name, seconds: softTimeLimit })),
          softTimeLimit * 1000,
        );
      }
      if (timeLimit) hard = setTimeout(() => end(coded('TASK_TIME_LIMIT', { name, seconds: timeLimit })), timeLimit * 1000);
      context.begin?.(end);
      if (!stop.reason) handler.run(parsed, new HandlerContext(context, name, stop)).then(resolve, reject);
    });
    return storableJson(result);
  } finally {
    clearTimeout(soft);
    clearTimeout(hard);
  }
}
