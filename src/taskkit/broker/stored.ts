import type { FlowJob, JobsOptions } from 'bullmq';
import type { TaskMessage } from '../types.js';
import type { StoredMessage } from './broker.js';

/** A message as BullMQ's job. */
export interface StoredJob {
  name: string;
  data: StoredMessage;
  opts: JobsOptions;
}

/** The job of a message, without those it comes after. */
export function storedJob(message: TaskMessage, now: number): StoredJob {
  const { id, name, queue: _queue, args, priority, eta, after, retry, unique, ...rest } = message;
  return {
    name,
    data: { args, retry, ...rest, ...(after && { after: after.map((before) => before.id) }) },
    opts: {
      jobId: id,
      priority,
      attempts: retry.maxRetries + 1,
      backoff: { type: 'custom' },
      stackTraceLimit: 20,
      ...(unique !== undefined && { deduplication: { id: unique } }),
      ...(eta !== undefined && eta > now && { delay: eta - now }),
    },
  };
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
