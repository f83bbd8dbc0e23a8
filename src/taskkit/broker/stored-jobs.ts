import type { Job, Queue } from 'bullmq';
import type { Json, TaskState } from '../types.js';
import type { StoredMessage } from './broker.js';
import { decodeFailure } from './job-state.js';
import type { Transport } from './transport.js';

/** A call as its message has it. */
export interface StoredCall {
  id: string;
  name: string;
  queue: string;
  /** Secret ones as they were sealed. */
  args: Record<string, Json>;
  priority: number;
}

/** What operators do with the messages that the broker still keeps. */
export interface StoredJobs {
  /** The call that a task's message holds, or undefined when the broker does not keep it any more. */
  storedCall(id: string): Promise<StoredCall | undefined>;
  /**
   * Runs a task that failed or was revoked once more, under its own id; its failed runs still count. Returns what it was before:
   * only FAILURE and REVOKED are retried, undefined stands for one that the broker does not keep.
   */
  retry(id: string): Promise<TaskState['status'] | undefined>;
  /** Retries the tasks of a queue that have failed, those that were revoked left out. Returns how many. */
  retryFailed(queue: string): Promise<number>;
  /** When the task that is next in each queue was enqueued; queues where none waits are left out. */
  nextEnqueuedAt(queues: readonly string[]): Promise<Map<string, Date>>;
}

/** How many failed tasks are looked at at once. */
const batch = 100;

const revokedCodes = ['TASK_EXPIRED', 'TASK_REVOKED'];

const isRevoked = (job: Job) => revokedCodes.includes(decodeFailure(job.failedReason ?? '').code);

/** Puts a failed job back into its queue, without what would have it revoked again. */
async function retryJob(job: Job<StoredMessage>): Promise<void> {
  const { revoked, expires, ...data } = job.data;
  if (revoked || expires !== undefined) await job.updateData(data);
  await job.retry('failed');
}

/**
 * Looks at kept messages and runs them again.
 *
 * @param queue Opens one.
 * @param reaching Says of a failure that the broker is away.
 */
export function storedJobs(
  transport: Transport,
  queue: (name: string) => Promise<Queue>,
  reaching: <T>(act: () => Promise<T>) => Promise<T>,
): StoredJobs {
  const find = async (id: string): Promise<Job<StoredMessage> | undefined> => {
    const name = await transport.findQueue(id);
    return name === undefined ? undefined : (await queue(name)).getJob(id);
  };
  return {
    storedCall: (id) =>
      reaching(async () => {
        const job = await find(id);
        if (!job) return undefined;
        return { id, name: job.name, queue: job.queueName, args: job.data.args, priority: job.opts.priority ?? 0 };
      }),
    retry: (id) =>
      reaching(async () => {
        const job = await find(id);
        if (!job) return undefined;
        const state = await job.getState();
        if (state === 'completed') return 'SUCCESS';
        if (state === 'active') return 'STARTED';
        if (state !== 'failed') return 'PENDING';
        const status = isRevoked(job) ? 'REVOKED' : 'FAILURE';
        await retryJob(job);
        return status;
      }),
    retryFailed: (name) =>
      reaching(async () => {
        const open = await queue(name);
        const { failed = 0 } = await open.getJobCounts('failed');
        let retried = 0;
        // Those that are retried leave the list; those that fail again meanwhile come behind its end.
        for (let seen = 0, kept = 0; seen < failed; seen += batch) {
          const jobs: (Job<StoredMessage> | undefined)[] = await open.getJobs(['failed'], kept, kept + batch - 1, true);
          const wanted = jobs.filter((job) => job !== undefined).filter((job) => !isRevoked(job));
          await Promise.all(wanted.map(retryJob));
          retried += wanted.length;
          kept += jobs.length - wanted.length;
        }
        return retried;
      }),
    nextEnqueuedAt: (queues) =>
      reaching(async () => {
        const times = await Promise.all(
          queues.map(async (name): Promise<[string, Date][]> => {
            const [id] = await transport.waiting(name, 1);
            const job = id === undefined ? undefined : await (await queue(name)).getJob(id);
            return job ? [[name, new Date(job.timestamp)]] : [];
          }),
        );
        return new Map(times.flat());
      }),
  };
}
