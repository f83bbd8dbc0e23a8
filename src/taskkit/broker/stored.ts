import type { FlowJob, Job, JobsOptions } from 'bullmq';
import { defaultRetryPolicy } from '../retry.js';
import type { RetryPolicy, TaskMessage } from '../types.js';
import type { StoredMessage } from './broker.js';

/** A message as BullMQ's job. */
export interface StoredJob {
  name: string;
  data: StoredMessage;
  opts: JobsOptions;
}

/**
 * The job of a message, without those it comes after. Each field costs time on the way in and on the way out, so that what is
 * as usual is left out; `prepare` puts it back.
 */
export function storedJob(message: TaskMessage, now: number): StoredJob {
  const { id, name, queue: _queue, args, priority, eta, after, retry, ignoreResult, unique, ...rest } = message;
  const data: StoredMessage = { args, ...rest };
  if (!isDefault(retry)) data.retry = retry;
  if (ignoreResult) data.ignoreResult = true;
  if (after) data.after = after.map((before) => before.id);
  const opts: JobsOptions = { jobId: id };
  if (priority > 0) opts.priority = priority;
  if (unique !== undefined) opts.deduplication = { id: unique };
  if (eta !== undefined && eta > now) opts.delay = eta - now;
  return { name, data, opts };
}

const isDefault = ({ maxRetries, retryBackoff, retryBackoffMax, retryJitter }: RetryPolicy): boolean =>
  maxRetries === defaultRetryPolicy.maxRetries &&
  retryBackoff === defaultRetryPolicy.retryBackoff &&
  retryBackoffMax === defaultRetryPolicy.retryBackoffMax &&
  retryJitter === defaultRetryPolicy.retryJitter;

/** How a job is retried. */
export const retryPolicyOf = ({ retry }: StoredMessage): RetryPolicy => retry ?? defaultRetryPolicy;

/** Gives a job that a worker has taken the options by which BullMQ retries it. */
export function prepare({ data, opts }: Job<StoredMessage>): void {
  opts.attempts = retryPolicyOf(data).maxRetries + 1;
  opts.backoff = { type: 'custom' };
  opts.stackTraceLimit = 20;
}

/**
 * The flow of a message: BullMQ stores it whole or not at all, and runs a job when its children have ended.
 * A child's failure does not end its parent: the worker that runs the parent decides, and names the cause.
 *
 * @param parent The job that waits for this one, where there is one.
 */
export function flowOf(message: TaskMessage, now: number, parent?: { id: string; queue: string }): FlowJob {
  const { name, data, opts } = storedJob(message, now);
  return {
    name,
    queueName: message.queue,
    data,
    opts: { ...opts, ...(parent && { parent, ignoreDependencyOnFailure: true }) },
    children: (message.after ?? []).map((before) => childFlow(before, now)),
  };
}

function childFlow(message: TaskMessage, now: number): FlowJob {
  const flow = flowOf(message, now);
  return { ...flow, opts: { ...flow.opts, ignoreDependencyOnFailure: true } };
}

/** The queues of a message and of all it comes after. */
export const queuesOf = (message: TaskMessage): string[] => [message.queue, ...(message.after ?? []).flatMap(queuesOf)];
