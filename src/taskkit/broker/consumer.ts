import { type Job, Worker } from 'bullmq';
import { coded } from '../../errors.js';
import { taskErrorOf } from '../storable.js';
import type { StoredMessage } from './broker.js';
import type { RunEnvironment } from './environment.js';
import { callOnFailure, retryDelay } from './fail-job.js';
import { runJob } from './run-job.js';
import type { Connection } from './transport.js';

// A killed worker's tasks are back in their queue within lock + 2 checks. A live one renews its lock twice in that time.
const lockDuration = 5000;
const stalledInterval = 2000;
/** A task whose worker was lost more often than this is put aside. */
const maxStalledCount = 2;

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
  const worker = new Worker<StoredMessage>(queue, process, options, backend);
  worker.on('error', (error) => log.warn({ queue, reason: error.message }, `Queue ${queue}: ${error.message}`));
  worker.on('stalled', (id) => log.warn({ id, queue }, `Task [${id}] was taken back from a lost worker`));
  worker.on('failed', (job, error) => {
    if (!job || !/stalled more than allowable/.test(error.message)) return;
    const lost = coded('TASK_WORKER_LOST', { times: maxStalledCount + 1 });
    log.error(
      { id: job.id, name: job.name, code: lost.code },
      `Task ${job.name}[${job.id}] raised ${lost.code}: ${lost.message}`,
    );
    callOnFailure(job, taskErrorOf(lost), environment).catch((away: Error) =>
      log.error({ id: job.id, err: away }, `Task ${job.name}[${job.id}] could not tell of its failure`),
    );
  });
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
