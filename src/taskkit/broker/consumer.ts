import { type Job, Worker } from 'bullmq';
import type { StoredMessage } from './broker.js';
import type { RunEnvironment } from './environment.js';
import { retryDelay } from './fail-job.js';
import { runJob } from './run-job.js';
import type { Connection } from './transport.js';

// A killed worker's tasks are back in their queue within lock + 2 checks. A live one renews its lock twice in that time.
const lockDuration = 5000;
const stalledInterval = 2000;
/** BullMQ is never to give up a task whose workers were lost: the next one that takes it does, and tells everybody. */
const maxStalledCount = 1_000_000_000;

class TaskWorker extends Worker<StoredMessage> {
  /**
   * Renews a task's lock from when it was taken. BullMQ takes tasks until it has as many as it may run and only then starts them;
   * by itself it renews their locks from their start, so that the first of many would be taken back while the last are fetched.
   */
  renewOnceTaken(): void {
    this.on('active', ({ id, token, processedOn }) => void this.lockManager.trackJob(id!, token!, processedOn!));
  }
}

/** Starts to take tasks from one queue and to run them. */
export function consume(
  queue: string,
  concurrency: number,
  { options: shared, backend }: Connection,
  environment: RunEnvironment,
): Worker<StoredMessage> {
  const { log, name } = environment.options;
  const process = (job: Job<StoredMessage>, token?: string) => runJob(job, token, environment);
  const options = {
    ...shared,
    name,
    concurrency,
    lockDuration,
    stalledInterval,
    maxStalledCount,
    runRetryDelay: 500,
    settings: { backoffStrategy: retryDelay },
  };
  const worker = new TaskWorker(queue, process, options, backend);
  worker.renewOnceTaken();
  worker.on('error', (error) => log.warn({ queue, reason: error.message }, `Queue ${queue}: ${error.message}`));
  worker.on('stalled', (id) => log.warn({ id, queue }, `Task [${id}] was taken back from a lost worker`));
  return worker;
}

/** Changes how many tasks of its queue a running worker takes at once. What runs goes on. */
export async function setConcurrency(worker: Worker, concurrency: number): Promise<void> {
  const grows = concurrency > worker.concurrency;
  worker.concurrency = concurrency;
  if (!grows) return;
  // BullMQ looks for more only when a task ends; this makes it look at once.
  await worker.pause(true);
  await worker.resume();
}
