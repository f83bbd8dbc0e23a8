import type { runJob } from '../broker/run-job.js';
import { storedJob } from '../broker/stored.js';
import type { Json, TaskMessage } from '../types.js';

/** What workers take a job for. */
type Job = Parameters<typeof runJob>[0];

export interface MemoryJob {
  readonly message: TaskMessage;
  /** BullMQ's words. */
  state: 'waiting' | 'active' | 'waiting-children' | 'delayed' | 'completed' | 'failed';
  /** What must have ended before this one runs, or runs again. */
  readonly children: MemoryJob[];
  /** The same as a worker sees it. */
  readonly job: Job;
  /** Whether somebody is about to run it. */
  taken: boolean;
}

export const hasEnded = ({ state }: MemoryJob): boolean => state === 'completed' || state === 'failed';

/** A message as a job that is kept in memory: as much of BullMQ's Job as running a task asks for. */
export function memoryJob(message: TaskMessage, children: MemoryJob[]): MemoryJob {
  const now = Date.now();
  const { name, data } = storedJob(message, now);
  const childrenIn = (state: MemoryJob['state']) => made.children.filter((child) => child.state === state);
  const job = {
    id: message.id,
    name,
    queueName: message.queue,
    data,
    opts: {},
    timestamp: now,
    attemptsMade: 0,
    attemptsStarted: 0,
    progress: 0 as unknown,
    async updateProgress(value: Json) {
      job.progress = value;
    },
    async updateData(changed: typeof data) {
      job.data = changed;
    },
    async moveToDelayed() {
      made.state = 'delayed';
    },
    async moveToWaitingChildren() {
      if (made.children.every(hasEnded)) return false;
      made.state = 'waiting-children';
      return true;
    },
    getChildrenValues: async () =>
      Object.fromEntries(childrenIn('completed').map((child) => [child.message.id, child.job.returnvalue])),
    getIgnoredChildrenFailures: async () =>
      Object.fromEntries(childrenIn('failed').map((child) => [child.message.id, child.job.failedReason])),
    getDependenciesCount: async () => ({
      processed: childrenIn('completed').length,
      ignored: childrenIn('failed').length,
      failed: 0,
    }),
  };
  const made: MemoryJob = { message, state: 'waiting', children, job: job as unknown as Job, taken: false };
  return made;
}
