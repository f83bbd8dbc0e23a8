import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { coded, JourneymanError } from '../../errors.js';
import { isConnectionFault } from '../connection-fault.js';
import { isPermanent, retryCountdown } from '../retry.js';
import { runHandler } from '../run.js';
import { storableJson, taskErrorOf } from '../storable.js';
import type { Handler } from '../task.js';
import type { Json } from '../types.js';
import type { RunningWorker, StoredMessage, WorkerOptions } from './broker.js';
import { encodeFailure } from './job-state.js';
import type { Transport } from './transport.js';

// A killed worker's tasks are back in their queue within lock + 2 checks. A live one renews its lock twice in that time.
const lockDuration = 5000;
const stalledInterval = 2000;
/** A task whose worker was lost more often than this is put aside. */
const maxStalledCount = 2;
/** The longest wait before a run that met a lost database is tried again. */
const maxConnectionWait = 15_000;

/** The reason runs are stopped with when their worker shuts down. */
const handBack = new Error('the worker shuts down');

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 3 : 1)}s`;

function excerpt(value: Json): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Starts to serve queues. Resolves when every queue is being served. */
export async function startWorker(transport: Transport, options: WorkerOptions): Promise<RunningWorker> {
  const { log, name } = options;
  const handlers = indexHandlers(options.handlers);
  const stop = new AbortController();
  await transport.ping();
  const connection = transport.consumer(options.queues.length);
  const process = (job: Job<StoredMessage>, token?: string) => runJob(job, token, { options, handlers, stop: stop.signal });

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
      if (job && /stalled more than allowable/.test(error.message)) {
        log.error(
          { id: job.id, name: job.name },
          `Task ${job.name}[${job.id}] was put aside: its worker was lost ${maxStalledCount + 1} times`,
        );
      }
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

function indexHandlers(handlers: Handler[]): Map<string, Handler> {
  const index = new Map<string, Handler>();
  for (const handler of handlers) {
    const { taskName } = handler.task;
    if (index.has(taskName)) throw coded('TASK_HANDLER_DOUBLED', { name: taskName });
    index.set(taskName, handler);
  }
  return index;
}

/** BullMQ asks this for the wait before retry number `attempt`. */
const retryDelay = (attempt: number, _type?: string, error?: Error, job?: { data: StoredMessage }): number =>
  error instanceof ScheduledRetry ? error.delay : retryCountdown(job!.data.retry, attempt, Math.random()) * 1000;

/** A failure that is to be retried, with the wait already drawn so that the log can name it. */
class ScheduledRetry extends Error {
  constructor(
    message: string,
    readonly delay: number,
  ) {
    super(message);
  }
}

interface RunEnvironment {
  options: WorkerOptions;
  handlers: Map<string, Handler>;
  stop: AbortSignal;
}

async function runJob(job: Job<StoredMessage>, token: string | undefined, environment: RunEnvironment): Promise<Json> {
  const { options, handlers, stop } = environment;
  const { log } = options;
  const id = job.id!;
  const label = `Task ${job.name}[${id}]`;
  const started = Date.now();
  log.info({ id, name: job.name, queue: job.queueName }, `${label} received`);
  try {
    const { args, retry, expires, ignoreResult } = job.data;
    if (expires !== undefined && expires < started) {
      throw coded('TASK_EXPIRED', { name: job.name, expires: new Date(expires).toISOString() });
    }
    const handler = handlers.get(job.name);
    if (!handler) throw coded('TASK_UNKNOWN', { name: job.name, hint: ' This worker has no handler for it.' });
    const context = {
      id,
      queue: job.queueName,
      retries: job.attemptsMade,
      maxRetries: retry.maxRetries,
      log,
      progress: (value: Json) => job.updateProgress(storableJson(value) as object),
    };
    const timeLimit = handler.task.options.timeLimit ?? options.timeLimit;
    const result = await runHandler(handler, args, context, { timeLimit, stop });
    log.info(
      { id, name: job.name, runtime: Date.now() - started },
      `${label} succeeded in ${seconds(Date.now() - started)}: ${excerpt(result)}`,
    );
    return ignoreResult ? null : result;
  } catch (error) {
    return failJob(error, job, token, environment);
  }
}

/** Decides what becomes of a run that ended with an error. Always throws what tells BullMQ so. */
async function failJob(
  error: unknown,
  job: Job<StoredMessage>,
  token: string | undefined,
  { options }: RunEnvironment,
): Promise<never> {
  const { log } = options;
  const label = `Task ${job.name}[${job.id}]`;
  if (error === handBack) {
    log.warn({ id: job.id, name: job.name }, `${label} handed back: ${handBack.message}`);
    await job.moveToWait(token);
    throw new WaitingError();
  }
  if (isAway(error)) {
    const wait = Math.min(maxConnectionWait, 500 * 2 ** (job.attemptsStarted - job.attemptsMade));
    log.warn({ id: job.id, name: job.name }, `${label} waits for the database: ${taskErrorOf(error).message}`);
    await job.moveToDelayed(Date.now() + wait, token);
    throw new DelayedError();
  }
  const failure = taskErrorOf(error);
  const retry = job.attemptsMade + 1;
  if (isPermanent(error) || retry > job.data.retry.maxRetries) {
    // A coded error says all there is to say; of any other the place matters.
    const stack = error instanceof JourneymanError ? undefined : failure.stack;
    log.error({ id: job.id, name: job.name, code: failure.code, stack }, `${label} raised ${failure.code}: ${failure.message}`);
    throw withStack(new UnrecoverableError(encodeFailure(failure)), failure.stack);
  }
  const delay = retryCountdown(job.data.retry, retry, Math.random()) * 1000;
  log.warn(
    { id: job.id, name: job.name, code: failure.code },
    `${label} retry: in ${seconds(delay)} after ${failure.code}: ${failure.message}`,
  );
  throw withStack(new ScheduledRetry(encodeFailure(failure), delay), failure.stack);
}

function withStack<E extends Error>(error: E, stack: string | undefined): E {
  if (stack) error.stack = stack;
  return error;
}

/**
 * Whether the database or the broker is away. Such a run is taken back and tried again soon, without using up a retry.
 * Other coded errors know better what their cause means.
 */
function isAway(error: unknown): boolean {
  if (error instanceof JourneymanError) return error.code === 'DATABASE_UNREACHABLE' || error.code === 'BROKER_UNREACHABLE';
  return isConnectionFault(error);
}
