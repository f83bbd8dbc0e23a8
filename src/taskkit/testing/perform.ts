import { planUnder } from '../canvas/signature.js';
import { newId } from '../id.js';
import { defaultRetryPolicy, isFinal, RetryLater } from '../retry.js';
import { groupOnce, runHandler } from '../run.js';
import { storableJson } from '../storable.js';
import type { Handler } from '../task.js';
import type { Json, TaskContext, TaskLogger, TaskMessage } from '../types.js';

export interface PerformOptions {
  /** How many retries there have been. Default 0. */
  retries?: number;
  /** How many there may be. Default: what the contract says. */
  maxRetries?: number;
  /** Default: a fresh one. */
  id?: string;
  /** How the members of the handler's `context.group` ended. Default: its run ends there, as a worker's first one does. */
  outcomes?: Awaited<ReturnType<TaskContext['group']>>;
}

/** What one run of a handler did. */
export interface Performed<Result, Member> {
  /** What it returned. */
  result?: Result;
  /** What it threw, or gave to `context.retry`. */
  error?: unknown;
  /** With `error`: whether the task has failed for good. */
  final?: boolean;
  /** With `error`: the seconds that it asked `context.retry` to wait. */
  countdown?: number;
  /** What it told by `context.progress`, in order. */
  progress: Json[];
  /** The calls it asked `context.group` for. */
  members: Member[];
}

/** What ends a run that waits for its group. */
class Waiting extends Error {}

/** Runs a handler once, as a worker would: its arguments checked, with its time limits. */
export async function perform(
  handler: Handler,
  args: unknown,
  { retries = 0, maxRetries, id = newId(), outcomes }: PerformOptions,
  { log, defaultQueue }: { log: TaskLogger; defaultQueue: string },
): Promise<Performed<Json, TaskMessage>> {
  const { options } = handler.task;
  const attempts = { retries, maxRetries: maxRetries ?? options.maxRetries ?? defaultRetryPolicy.maxRetries };
  const progress: Json[] = [];
  const members: TaskMessage[] = [];
  let count = 0;
  const context: Omit<TaskContext, 'signal' | 'name'> = {
    id,
    queue: options.queue ?? defaultQueue,
    ...attempts,
    log,
    progress: async (value) => void progress.push(storableJson(value)),
    retry: ({ countdown, error } = {}) => {
      throw new RetryLater(countdown, error);
    },
    group: groupOnce(handler.task.taskName, async (build) => {
      members.push(...planUnder(await build(), () => `${id}-${count++}`));
      if (!outcomes) throw new Waiting();
      return outcomes;
    }),
  };
  try {
    return { result: await runHandler(handler, args, context), progress, members };
  } catch (error) {
    if (error instanceof Waiting) return { progress, members };
    const asked = error instanceof RetryLater ? error : undefined;
    return {
      error: asked ? (asked.cause ?? asked) : error,
      final: isFinal(asked ? undefined : error, attempts, options),
      ...(asked?.countdown !== undefined && { countdown: asked.countdown }),
      progress,
      members,
    };
  }
}
