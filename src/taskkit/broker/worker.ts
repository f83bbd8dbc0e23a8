import { type Job, Worker } from 'bullmq';
import { coded } from '../../errors.js';
import { createRateLimiter, rateInterval } from '../rate-limit.js';
import { taskErrorOf } from '../storable.js';
import type { Handler } from '../task.js';
import type { RunningWorker, StoredMessage, WorkerOptions } from './broker.js';
import type { Graph } from './graph.js';
import { callOnFailure, handBack, type RunEnvironment, retryDelay, runJob } from './run-job.js';
import type { Transport } from './transport.js';

// A killed worker's tasks are back in their queue within lock + 2 checks. A live one renews its lock twice in that time.
const lockDuration = 5000;
const stalledInterval = 2000;
/** A task whose worker was lost more often than this is put aside. */
const maxStalledCount = 2;
/** Starts to serve queues. Resolves when every queue is being served. */
export async function startWorker(transport: Transport, graph: Graph, options: WorkerOptions): Promise<RunningWorker> {
  const { log, name } = options;
  const handlers = indexHandlers(options.handlers);
  const stop = new AbortController();
  await transport.ping();
  const connection = transport.consumer(options.queues.length);
  const environment: RunEnvironment = {
    options,
    handlers,
    graph,
    stop: stop.signal,
    runs: new Map(),
    rates: createRateLimiter(),
    intervals: rateIntervals(options.handlers),
    timeLimits: new Map(),
  };
  const process = (job: Job<StoredMessage>, token?: string) => runJob(job, token, environment);

  const workers = options.queues.map((queue) => {
    const workerOptions = {
      connection: connection.connection,
      name,
      concurrency: options.concurrency,
      lockDuration,
      stalledInterval,
      maxStalledCount,
      runRetryDelay: 500,
      settings: { backoffStrategy: retryDelay },
    };
    const worker = new Worker<StoredMessage>(queue, process, workerOptions, connection.backend);
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
  });
  await Promise.all(workers.map((worker) => transport.announce(worker.name).then(() => worker.waitUntilReady())));

  const closeAll = async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await connection.close();
  };
  let closing: Promise<void> | undefined;
  return {
    name,
    queues: options.queues,
    async stop(graceSeconds) {
      const timer = setTimeout(() => stop.abort(handBack), graceSeconds * 1000);
      closing ??= closeAll();
      await closing;
      clearTimeout(timer);
    },
  };
}

function rateIntervals(handlers: Handler[]): Map<string, number> {
  const intervals = new Map<string, number>();
  for (const { task } of handlers) {
    if (task.options.rateLimit) intervals.set(task.taskName, rateInterval(task.taskName, task.options.rateLimit));
  }
  return intervals;
}

function indexHandlers(handlers: Handler[]): Map<string, Handler> {
  const index = new Map<string, Handler>();
  for (const handler of handlers) {
    const { taskName } = handler.task;
    if (index.has(taskName)) throw coded('TASK_HANDLER_DOUBLED', { name: taskName });
    index.set(taskName, handler);
  }
  return index;
}
