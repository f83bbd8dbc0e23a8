import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { coded, JourneymanError } from '../../errors.js';
import { isConnectionFault } from '../connection-fault.js';
import { parseArguments } from '../message.js';
import { isFinal, retryCountdown } from '../retry.js';
import { runHandler } from '../run.js';
import { storableJson, taskErrorOf } from '../storable.js';
import type { Handler } from '../task.js';
import type { Json, TaskError } from '../types.js';
import type { StoredMessage, WorkerOptions } from './broker.js';
import { encodeFailure } from './job-state.js';

/** The longest wait before a run that met a lost database is tried again, in milliseconds. */
const maxConnectionWait = 15_000;

/** The reason runs are stopped with when their worker shuts down. */
export const handBack = new Error('the worker shuts down');

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 3 : 1)}s`;

function excerpt(value: Json): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

export interface RunEnvironment {
  options: WorkerOptions;
  handlers: Map<string, Handler>;
  /** Aborted when what still runs is to be handed back. */
  stop: AbortSignal;
}

/** BullMQ asks this for the wait before retry number `attempt`. */
export const retryDelay = (attempt: number, _type?: string, error?: Error, job?: { data: StoredMessage }): number =>
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

/** Runs a message once: what BullMQ calls for each job. Its outcome is told by what it returns or throws. */
export async function runJob(job: Job<StoredMessage>, token: string | undefined, environment: RunEnvironment): Promise<Json> {
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
  environment: RunEnvironment,
): Promise<never> {
  const { log } = environment.options;
  const label = `Task ${job.name}[${job.id}]`;
  if (error === handBack) {
    log.warn({ id: job.id, name: job.name }, `${label} handed back: ${handBack.message}`);
    await job.moveToWait(token);
    throw new WaitingError();
  }
  if (isAway(error)) return takeBack(error, job, token, environment);
  const failure = taskErrorOf(error);
  if (isFinal(error, { retries: job.attemptsMade, maxRetries: job.data.retry.maxRetries })) {
    try {
      await callOnFailure(job, failure, environment);
    } catch (away) {
      return takeBack(away, job, token, environment);
    }
    // A coded error says all there is to say; of any other the place matters.
    const stack = error instanceof JourneymanError ? undefined : failure.stack;
    log.error({ id: job.id, name: job.name, code: failure.code, stack }, `${label} raised ${failure.code}: ${failure.message}`);
    throw withStack(new UnrecoverableError(encodeFailure(failure)), failure.stack);
  }
  const delay = retryCountdown(job.data.retry, job.attemptsMade + 1, Math.random()) * 1000;
  log.warn(
    { id: job.id, name: job.name, code: failure.code },
    `${label} retry: in ${seconds(delay)} after ${failure.code}: ${failure.message}`,
  );
  throw withStack(new ScheduledRetry(encodeFailure(failure), delay), failure.stack);
}

/** Puts a run that met a lost database back for a while, without using up a retry. */
async function takeBack(
  error: unknown,
  job: Job<StoredMessage>,
  token: string | undefined,
  { options }: RunEnvironment,
): Promise<never> {
  const wait = Math.min(maxConnectionWait, 500 * 2 ** (job.attemptsStarted - job.attemptsMade));
  const { message } = taskErrorOf(error);
  options.log.warn({ id: job.id, name: job.name }, `Task ${job.name}[${job.id}] waits for the database: ${message}`);
  await job.moveToDelayed(Date.now() + wait, token);
  throw new DelayedError();
}

/**
 * Lets the handler know that its task has failed. What goes wrong there is logged: the task's own error is the one to report.
 * Throws only when the database is away, so that the run can be taken back and nobody is left untold.
 */
export async function callOnFailure(
  job: Job<StoredMessage>,
  failure: TaskError,
  { options, handlers }: Pick<RunEnvironment, 'options' | 'handlers'>,
): Promise<void> {
  const handler = handlers.get(job.name);
  if (!handler?.onFailure || failure.code === 'TASK_ARGUMENTS_INVALID') return;
  try {
    await handler.onFailure(parseArguments(handler.task, job.data.args), failure, {
      id: job.id!,
      name: job.name,
      log: options.log,
    });
  } catch (error) {
    if (isAway(error)) throw error;
    options.log.error({ id: job.id, err: error }, `Task ${job.name}[${job.id}] could not tell of its failure`);
  }
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
