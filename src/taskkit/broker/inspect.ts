import type { Job, Queue } from 'bullmq';
import { redact } from '../redact.js';
import type { Json } from '../types.js';
import type { StoredMessage } from './broker.js';
import type { Transport } from './transport.js';

/** A task as those who look at queues and workers are shown it. */
export interface TaskSummary {
  id: string;
  name: string;
  queue: string;
  /** As JSON, without secrets, cut to 200 characters. */
  args: string;
  retries: number;
  enqueuedAt: Date;
  /** Of one that runs. */
  startedAt?: Date;
  /** Of one that is not to be started before this time. */
  eta?: Date;
}

/** What operators see of the queues and do with them. */
export interface QueueControl {
  /** The first tasks that a worker could take now, at most 50 of each queue, in the order they are taken. */
  waiting(queues: readonly string[]): Promise<TaskSummary[]>;
  /** The first tasks that wait for a time, at most 50 of each queue, the earliest first. */
  scheduled(queues: readonly string[]): Promise<TaskSummary[]>;
  /** Every queue that was ever used. */
  queueNames(): Promise<string[]>;
  /** Lets no worker take tasks from a queue any more, until it is resumed. What runs goes on. */
  pauseQueue(queue: string): Promise<void>;
  resumeQueue(queue: string): Promise<void>;
  isQueuePaused(queue: string): Promise<boolean>;
  /** Deletes the tasks that a worker could take now. Returns how many. */
  purge(queue: string): Promise<number>;
}

const shown = 50;
const longestArgs = 200;
/** How many tasks are deleted at once. */
const batch = 100;

export function summaryOf(job: Job<StoredMessage>): TaskSummary {
  return {
    id: job.id!,
    name: job.name,
    queue: job.queueName,
    args: excerpt(job.data.args),
    retries: job.attemptsMade,
    enqueuedAt: new Date(job.timestamp),
  };
}

const jobsOf = (queue: Queue, ids: string[]): Promise<(Job<StoredMessage> | undefined)[]> =>
  Promise.all(ids.map((id) => queue.getJob(id)));

function excerpt(args: Json): string {
  const text = JSON.stringify(redact(args));
  return text.length > longestArgs ? `${text.slice(0, longestArgs - 1)}…` : text;
}

/**
 * Looks at queues and changes them.
 *
 * @param queue Opens one.
 * @param reaching Says of a failure that the broker is away.
 */
export function queueControl(
  transport: Transport,
  queue: (name: string) => Promise<Queue>,
  reaching: <T>(act: () => Promise<T>) => Promise<T>,
): QueueControl {
  const ofEach = (queues: readonly string[], read: (open: Queue) => Promise<TaskSummary[]>) =>
    reaching(async () => (await Promise.all(queues.map(async (name) => read(await queue(name))))).flat());
  return {
    waiting: (queues) =>
      ofEach(queues, async (open) => {
        const jobs = await jobsOf(open, await transport.waiting(open.name, shown));
        return jobs.flatMap((job) => (job ? [summaryOf(job)] : []));
      }),
    scheduled: (queues) =>
      ofEach(queues, async (open) => {
        const first = await transport.delayed(open.name, shown);
        const jobs = await jobsOf(
          open,
          first.map(({ id }) => id),
        );
        return first.flatMap(({ due }, index) => {
          const job = jobs[index];
          return job ? [{ ...summaryOf(job), eta: new Date(due) }] : [];
        });
      }),
    queueNames: () => reaching(() => transport.queues()),
    pauseQueue: (name) => reaching(async () => (await queue(name)).pause()),
    resumeQueue: (name) => reaching(async () => (await queue(name)).resume()),
    isQueuePaused: (name) => reaching(async () => (await queue(name)).isPaused()),
    purge: (name) =>
      reaching(async () => {
        const open = await queue(name);
        const ids = await transport.waiting(name);
        let purged = 0;
        // Not by BullMQ's `clean`: that forgets what comes after a task, where this lets it fail.
        for (let start = 0; start < ids.length; start += batch) {
          const removed = await Promise.all(
            ids.slice(start, start + batch).map((id) => open.remove(id, { removeChildren: false })),
          );
          for (const count of removed) purged += count;
        }
        return purged;
      }),
  };
}
