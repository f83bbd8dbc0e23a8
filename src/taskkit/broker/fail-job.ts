import { DelayedError, type Job, UnrecoverableError, WaitingChildrenError, WaitingError } from 'bullmq';
import { JourneymanError } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import { isConnectionFault } from '../connection-fault.js';
import { parseArguments } from '../message.js';
import { isFinal, RetryLater, retryCountdown } from '../retry.js';
import { taskErrorOf } from '../storable.js';
import type { Json, TaskError } from '../types.js';
import type { ActiveRun } from './active-runs.js';
import type { StoredMessage } from './broker.js';
import { observe, opened, type RunEnvironment, report, seconds } from './environment.js';
import { enqueueCallbacks, inputOf } from './graph.js';
import { encodeFailure } from './job-state.js';
import { retryPolicyOf } from './stored.js';

/** The longest wait before a run that met a lost database is tried again, in milliseconds. */
const maxConnectionWait = 15_000;

/** The reason runs are stopped with when their worker shuts down. */
export const handBack = new Error('the worker shuts down');

const revokedCodes = ['TASK_EXPIRED', 'TASK_REVOKED'];

/** Those of failures where no handler can make anything of the arguments. */
const unreadableCodes = ['TASK_ARGUMENTS_INVALID', 'TASK_SEAL_BROKEN'];

/** BullMQ asks this for the wait before retry number `attempt`. */
export const retryDelay = (attempt: number, _type?: string, error?: Error, job?: { data: StoredMessage }): number =>
  error instanceof ScheduledRetry
    ? error.delay
    : Math.round(retryCountdown(retryPolicyOf(job!.data), attempt, Math.random()) * 1000);

/** A failure that is to be retried, with the wait already drawn so that the log can name it. */
class ScheduledRetry extends Error {
  constructor(
    message: string,
    readonly delay: number,
  ) {
    super(message);
  }
}

/** Decides what becomes of a run that ended with an error. Always throws what tells BullMQ so. */
export async function failJob(error: unknown, active: ActiveRun): Promise<never> {
  const { job, token, environment } = active;
  const { log } = environment.options;
  const label = `Task ${job.name}[${job.id}]`;
  if (error instanceof WaitingChildrenError) throw error;
  if (error === handBack) {
    log.warn({ id: job.id, name: job.name }, `${label} handed back: ${handBack.message}`);
    observe(active, 'returned');
    await job.moveToWait(token);
    throw new WaitingError();
  }
  if (isAway(error)) return takeBack(error, active);
  const asked = error instanceof RetryLater ? error : undefined;
  const failure = taskErrorOf(asked ? (asked.cause ?? asked) : error);
  if (isFinal(asked ? undefined : error, active, environment.handlers.get(job.name)?.task.options)) {
    const outcome = revokedCodes.includes(failure.code) ? 'revoked' : 'failed';
    try {
      await callOnFailure(job, failure, environment);
      await report(active, outcome, { error: failure });
    } catch (away) {
      return takeBack(away, active);
    }
    // A coded error says all there is to say; of any other the place matters.
    const stack = error instanceof JourneymanError ? undefined : failure.stack;
    log.error({ id: job.id, name: job.name, code: failure.code, stack }, `${label} raised ${failure.code}: ${failure.message}`);
    observe(active, outcome, { error: failure });
    throw withStack(new UnrecoverableError(encodeFailure(failure)), failure.stack);
  }
  const delay = Math.round(
    (asked?.countdown ?? retryCountdown(retryPolicyOf(job.data), job.attemptsMade + 1, Math.random())) * 1000,
  );
  log.warn(
    { id: job.id, name: job.name, code: failure.code },
    `${label} retry: in ${seconds(delay)} after ${failure.code}: ${failure.message}`,
  );
  observe(active, 'retried', { error: failure });
  await report(active, 'retried', { error: failure });
  throw withStack(new ScheduledRetry(encodeFailure(failure), delay), failure.stack);
}

/** Puts a run that met a lost database back for a while, without using up a retry. */
async function takeBack(error: unknown, active: ActiveRun): Promise<never> {
  const { job, token, environment } = active;
  const wait = Math.min(maxConnectionWait, 500 * 2 ** (job.attemptsStarted - job.attemptsMade));
  const { message } = taskErrorOf(error);
  environment.options.log.warn({ id: job.id, name: job.name }, `Task ${job.name}[${job.id}] waits for the database: ${message}`);
  observe(active, 'returned');
  await job.moveToDelayed(Date.now() + wait, token);
  throw new DelayedError();
}

/**
 * Lets the handler and the errbacks know that a task has failed. What goes wrong there is logged: the task's own error is the
 * one to report. Throws only when the database is away, so that the run can be taken back and nobody is left untold.
 */
async function callOnFailure(
  job: Job<StoredMessage>,
  failure: TaskError,
  { options, handlers, graph }: Pick<RunEnvironment, 'options' | 'handlers' | 'graph'>,
): Promise<void> {
  const handler = handlers.get(job.name);
  try {
    const offered = { taskId: job.id!, code: failure.code, message: failure.message };
    await enqueueCallbacks(graph, job, 'onError', job.data.onError, offered);
    if (!handler?.onFailure || unreadableCodes.includes(failure.code)) return;
    const { name, data } = job;
    const args = fillArguments({ name, args: data.args, immutable: data.immutable ?? false }, await offeredTo(job));
    const context = { id: job.id!, name, log: options.log };
    await handler.onFailure(parseArguments(handler.task, opened(handler, args)), failure, context);
  } catch (error) {
    if (isAway(error)) throw error;
    options.log.error({ id: job.id, err: error }, `Task ${job.name}[${job.id}] could not tell of its failure`);
  }
}

/** What a failed task got from what it came after: nothing, when that failed too. */
async function offeredTo(job: Job<StoredMessage>): Promise<Json> {
  try {
    return job.data.after ? await inputOf(job) : null;
  } catch (error) {
    if (error instanceof JourneymanError && error.code === 'TASK_DEPENDENCY_FAILED') return null;
    throw error;
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
