import { DelayedError, type Job, UnrecoverableError, WaitingChildrenError, WaitingError } from 'bullmq';
import { coded, JourneymanError } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import { groupTask, mapTask } from '../canvas/plan.js';
import { planUnder } from '../canvas/signature.js';
import { isConnectionFault } from '../connection-fault.js';
import { parseArguments } from '../message.js';
import type { createRateLimiter } from '../rate-limit.js';
import { isFinal, RetryLater, retryCountdown } from '../retry.js';
import { runHandler } from '../run.js';
import { storableJson, taskErrorOf } from '../storable.js';
import type { Handler } from '../task.js';
import type { Json, RunEvent, TaskContext, TaskError, TaskOptions } from '../types.js';
import type { StoredMessage, WorkerOptions } from './broker.js';
import { enqueueCallbacks, type Graph, inputOf, runGroup, spawnGroup } from './graph.js';
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

/** A run that is under way. */
export interface ActiveRun {
  job: Job<StoredMessage>;
  startedAt: Date;
  /** Ends it now, with this as its error. */
  terminate(reason: Error): void;
}

/** What all runs of a worker share. */
export interface RunEnvironment {
  options: WorkerOptions;
  handlers: Map<string, Handler>;
  graph: Graph;
  /** Whether the worker's grace is over: what still runs is handed back. */
  handingBack: boolean;
  /** By id. */
  runs: Map<string, ActiveRun>;
  rates: ReturnType<typeof createRateLimiter>;
  /** Milliseconds between two starts of a task, by its name. */
  intervals: Map<string, number>;
  /** Time limits that were changed while the worker runs, by the task's name. */
  timeLimits: Map<string, Pick<TaskOptions, 'timeLimit' | 'softTimeLimit'>>;
}

const revokedCodes = ['TASK_EXPIRED', 'TASK_REVOKED'];

/** BullMQ asks this for the wait before retry number `attempt`. */
export const retryDelay = (attempt: number, _type?: string, error?: Error, job?: { data: StoredMessage }): number =>
  error instanceof ScheduledRetry ? error.delay : Math.round(retryCountdown(job!.data.retry, attempt, Math.random()) * 1000);

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
  const { options, graph, runs } = environment;
  const { log } = options;
  const id = job.id!;
  await holdRate(job, token, environment);
  const label = `Task ${job.name}[${id}]`;
  const started = Date.now();
  const run = stoppable();
  runs.set(id, { job, startedAt: new Date(started), terminate: run.stop });
  if (environment.handingBack) run.stop(handBack);
  log.info({ id, name: job.name, queue: job.queueName }, `${label} received`);
  observe(environment, job, 'started');
  try {
    const result = await workOf(job, token, environment, run.onStart);
    await enqueueCallbacks(graph, job, 'link', job.data.link, result);
    const runtime = Date.now() - started;
    log.info({ id, name: job.name, runtime }, `${label} succeeded in ${seconds(runtime)}: ${excerpt(result)}`);
    observe(environment, job, 'succeeded', { result });
    return job.data.ignoreResult ? null : result;
  } catch (error) {
    return await failJob(error, job, token, environment);
  } finally {
    runs.delete(id);
  }
}

/** What stops a run, also one whose handler has not begun yet. */
function stoppable(): { stop(reason: Error): void; onStart(end: (reason: Error) => void): void } {
  let reason: Error | undefined;
  let end: ((reason: Error) => void) | undefined;
  return {
    stop(given) {
      reason = given;
      end?.(given);
    },
    onStart(given) {
      end = given;
      if (reason) end(reason);
    },
  };
}

/** Puts a task that has no place in its rate yet back until it has one, without using up a retry. */
async function holdRate(job: Job<StoredMessage>, token: string | undefined, environment: RunEnvironment): Promise<void> {
  const interval = environment.intervals.get(job.name);
  if (!interval) return;
  const now = Date.now();
  const wait = environment.rates.wait(job.name, job.id!, interval, now);
  if (wait === 0) return;
  await job.moveToDelayed(Math.ceil(now + wait), token);
  throw new DelayedError();
}

/** Does the work of a message: a group's or a map's, or that of the handler its task has. */
async function workOf(
  job: Job<StoredMessage>,
  token: string | undefined,
  environment: RunEnvironment,
  onStart: (end: (reason: Error) => void) => void,
): Promise<Json> {
  const { options, handlers, graph, timeLimits } = environment;
  const { args, expires, revoked } = job.data;
  if (revoked) throw coded('TASK_REVOKED', { name: job.name });
  if (expires !== undefined && expires < Date.now()) {
    throw coded('TASK_EXPIRED', { name: job.name, expires: new Date(expires).toISOString() });
  }
  const input = await inputOf(job);
  if (job.name === groupTask) return runGroup(graph, job, token, input);

  const { task: name = job.name, calls } = job.name === mapTask ? (args as { task: string; calls: Json[] }) : {};
  const handler = handlers.get(name);
  if (!handler) throw coded('TASK_UNKNOWN', { name, hint: ' This worker has no handler for it.' });
  const limits = timeLimits.get(name) ?? handler.task.options;
  const run = (callArgs: unknown) =>
    runHandler(handler, callArgs, contextOf(job, token, environment), {
      softTimeLimit: limits.softTimeLimit,
      timeLimit: limits.timeLimit ?? options.timeLimit,
      onStart,
    });
  if (!calls) return run(fillArguments({ name, args, immutable: job.data.immutable ?? false }, input));
  const results = [];
  for (const call of calls) results.push(await run(call));
  return results;
}

/** What a handler is given beside its arguments. */
function contextOf(
  job: Job<StoredMessage>,
  token: string | undefined,
  { options, graph }: RunEnvironment,
): Omit<TaskContext, 'signal' | 'name'> {
  return {
    id: job.id!,
    queue: job.queueName,
    retries: job.attemptsMade,
    maxRetries: job.data.retry.maxRetries,
    log: options.log,
    progress: (value) => job.updateProgress(storableJson(value) as object),
    retry: ({ countdown, error } = {}) => {
      throw new RetryLater(countdown, error);
    },
    group: (build) => spawnGroup(graph, job, token, async (nextId) => planUnder(await build(), nextId)),
  };
}

function observe(
  { options }: RunEnvironment,
  job: Job<StoredMessage>,
  type: RunEvent['type'],
  more: Pick<RunEvent, 'result' | 'error'> = {},
): void {
  options.observe?.({
    type,
    id: job.id!,
    name: job.name,
    queue: job.queueName,
    args: job.data.args,
    worker: options.name,
    retries: job.attemptsMade,
    at: new Date(),
    enqueuedAt: new Date(job.timestamp),
    startedAt: new Date(job.processedOn ?? Date.now()),
    ...more,
  });
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
  if (error instanceof WaitingChildrenError) throw error;
  if (error === handBack) {
    log.warn({ id: job.id, name: job.name }, `${label} handed back: ${handBack.message}`);
    observe(environment, job, 'returned');
    await job.moveToWait(token);
    throw new WaitingError();
  }
  if (isAway(error)) return takeBack(error, job, token, environment);
  const asked = error instanceof RetryLater ? error : undefined;
  const failure = taskErrorOf(asked ? (asked.cause ?? asked) : error);
  const run = { retries: job.attemptsMade, maxRetries: job.data.retry.maxRetries };
  if (isFinal(asked ? undefined : error, run, environment.handlers.get(job.name)?.task.options)) {
    try {
      await callOnFailure(job, failure, environment);
    } catch (away) {
      return takeBack(away, job, token, environment);
    }
    // A coded error says all there is to say; of any other the place matters.
    const stack = error instanceof JourneymanError ? undefined : failure.stack;
    log.error({ id: job.id, name: job.name, code: failure.code, stack }, `${label} raised ${failure.code}: ${failure.message}`);
    observe(environment, job, revokedCodes.includes(failure.code) ? 'revoked' : 'failed', { error: failure });
    throw withStack(new UnrecoverableError(encodeFailure(failure)), failure.stack);
  }
  const delay = Math.round((asked?.countdown ?? retryCountdown(job.data.retry, job.attemptsMade + 1, Math.random())) * 1000);
  log.warn(
    { id: job.id, name: job.name, code: failure.code },
    `${label} retry: in ${seconds(delay)} after ${failure.code}: ${failure.message}`,
  );
  observe(environment, job, 'retried', { error: failure });
  throw withStack(new ScheduledRetry(encodeFailure(failure), delay), failure.stack);
}

/** Puts a run that met a lost database back for a while, without using up a retry. */
async function takeBack(
  error: unknown,
  job: Job<StoredMessage>,
  token: string | undefined,
  environment: RunEnvironment,
): Promise<never> {
  const wait = Math.min(maxConnectionWait, 500 * 2 ** (job.attemptsStarted - job.attemptsMade));
  const { message } = taskErrorOf(error);
  environment.options.log.warn({ id: job.id, name: job.name }, `Task ${job.name}[${job.id}] waits for the database: ${message}`);
  observe(environment, job, 'returned');
  await job.moveToDelayed(Date.now() + wait, token);
  throw new DelayedError();
}

/**
 * Lets the handler and the errbacks know that a task has failed. What goes wrong there is logged: the task's own error is the
 * one to report. Throws only when the database is away, so that the run can be taken back and nobody is left untold.
 */
export async function callOnFailure(
  job: Job<StoredMessage>,
  failure: TaskError,
  { options, handlers, graph }: Pick<RunEnvironment, 'options' | 'handlers' | 'graph'>,
): Promise<void> {
  const handler = handlers.get(job.name);
  try {
    const offered = { taskId: job.id!, code: failure.code, message: failure.message };
    await enqueueCallbacks(graph, job, 'onError', job.data.onError, offered);
    if (!handler?.onFailure || failure.code === 'TASK_ARGUMENTS_INVALID') return;
    const context = { id: job.id!, name: job.name, log: options.log };
    await handler.onFailure(parseArguments(handler.task, job.data.args), failure, context);
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
