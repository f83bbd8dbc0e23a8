import type { Job } from 'bullmq';
import { groupTask } from '../canvas/plan.js';
import type { Json, TaskError, TaskState, TaskStatus } from '../types.js';
import type { StoredMessage } from './broker.js';

/** How a failure is written where BullMQ keeps a text: so that its code comes back with it. */
export const encodeFailure = ({ code, message }: TaskError): string => JSON.stringify({ code, message });

/** Reads it back. */
export function decodeFailure(reason: string): TaskError {
  try {
    return JSON.parse(reason) as TaskError;
  } catch {
    return { code: 'Error', message: reason };
  }
}

function failureOf(job: Job): TaskError {
  const stack = job.stacktrace?.at(-1);
  return { ...decodeFailure(job.failedReason ?? ''), ...(stack ? { stack } : {}) };
}

function statusOf(state: string, job: Job, error: TaskError | undefined): TaskStatus {
  if (state === 'completed') return 'SUCCESS';
  if (state === 'failed') return error?.code === 'TASK_EXPIRED' || error?.code === 'TASK_REVOKED' ? 'REVOKED' : 'FAILURE';
  if (state === 'active') return 'STARTED';
  return job.attemptsMade > 0 ? 'RETRY' : 'PENDING';
}

/**
 * The task that a job continues, or that enqueued it. None for the first of a graph, and for the members of a group that a
 * graph begins with.
 */
export function parentOf({ name, data }: Job<StoredMessage>): string | undefined {
  // A group comes after its members, unless it follows a task.
  const followsMembers = name === groupTask && !data.members && !data.spawned;
  return data.parentId ?? (followsMembers ? undefined : data.after?.[0]);
}

const date = (milliseconds: number | undefined) => (milliseconds ? new Date(milliseconds) : undefined);

/** Reads a task's state from BullMQ's job and the state that was read before it, so that a finished one has its result. */
export function taskState(job: Job<StoredMessage>, state: string): TaskState {
  const { after: parents, spawned: children, groupId, rootId } = job.data;
  const parentId = parentOf(job);
  const error = state === 'failed' ? failureOf(job) : undefined;
  const times = { enqueuedAt: date(job.timestamp), startedAt: date(job.processedOn), finishedAt: date(job.finishedOn) };
  return {
    id: job.id!,
    name: job.name,
    queue: job.queueName,
    status: statusOf(state, job, error),
    retries: Math.max(0, job.attemptsMade - (job.finishedOn ? 1 : 0)),
    ...(state === 'completed' && { result: (job.returnvalue ?? null) as Json }),
    ...(error && { error }),
    // BullMQ's progress is 0 until a task tells its own.
    ...(job.progress !== 0 && { progress: job.progress as Json }),
    ...(job.processedBy && { worker: job.processedBy }),
    ...(parents && { parents }),
    ...(children && { children }),
    ...(groupId && { groupId }),
    ...(parentId && { parentId }),
    ...(rootId && { rootId }),
    ...Object.fromEntries(Object.entries(times).filter(([, time]) => time)),
  };
}
