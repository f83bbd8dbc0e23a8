import { DelayedError, type Job } from 'bullmq';
import { coded } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import { groupTask, mapTask } from '../canvas/plan.js';
import { planUnder } from '../canvas/signature.js';
import { RetryLater } from '../retry.js';
import { groupOnce, type RunContext, runHandler } from '../run.js';
import { storableJson } from '../storable.js';
import type { Json } from '../types.js';
import type { StoredMessage } from './broker.js';
import { ActiveRun, observe, opened, type RunEnvironment, report, seconds } from './environment.js';
import { failJob, handBack } from './fail-job.js';
import { enqueueCallbacks, inputOf, runGroup, spawnGroup } from './graph.js';
import { prepare, retryPolicyOf } from './stored.js';

/** A task whose worker was lost more often than this is put aside. */
const maxLosses = 2;

function excerpt(value: Json): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

type Arguments = Record<string, Json>;

/** Runs a message once: what BullMQ calls for each job. Its outcome is told by what it returns or throws. */
export async function runJob(job: Job<StoredMessage>, token: string | undefined, environment: RunEnvironment): Promise<Json> {
  const { options, graph, runs } = environment;
  const { log } = options;
  const id = job.id!;
  prepare(job);
  const interval = environment.intervals.get(job.name);
  if (interval) await holdRate(job, token, interval, environment);
  const run = new ActiveRun(job, log);
  runs.set(id, run);
  if (environment.handingBack) run.terminate(handBack);
  // A line that is not written is not put together either: that is a good part of what a short run costs.
  const isLogged = log.isLevelEnabled?.('info') ?? true;
  if (isLogged) log.info({ id, name: job.name, queue: job.queueName }, `Task ${job.name}[${id}] received`);
  observe(environment, job, 'started');
  try {
    if (job.data.origin !== undefined) await report(environment, job, 'started');
    const result = await workOf(run, token, environment);
    if (job.data.origin !== undefined) await report(environment, job, 'succeeded', { result });
    if (job.data.link) await enqueueCallbacks(graph, job, 'link', job.data.link, result);
    if (isLogged) {
      const runtime = Date.now() - run.startedAt;
      const line = `Task ${job.name}[${id}] succeeded in ${seconds(runtime)}: ${excerpt(result)}`;
      log.info({ id, name: job.name, runtime }, line);
    }
    observe(environment, job, 'succeeded', { result });
    return job.data.ignoreResult ? null : result;
  } catch (error) {
    return await failJob(error, job, token, environment);
  } finally {
    runs.delete(id);
  }
}

/** Puts a task that has no place in its rate yet back until it has one, without using up a retry. */
async function holdRate(
  job: Job<StoredMessage>,
  token: string | undefined,
  interval: number,
  environment: RunEnvironment,
): Promise<void> {
  const now = Date.now();
  const wait = environment.rates.wait(job.name, job.id!, interval, now);
  if (wait === 0) return;
  await job.moveToDelayed(Math.ceil(now + wait), token);
  throw new DelayedError();
}

/** Does the work of a message: a group's or a map's, or that of the handler its task has. */
async function workOf(active: ActiveRun, token: string | undefined, environment: RunEnvironment): Promise<Json> {
  const { job } = active;
  const { options, handlers, graph, timeLimits } = environment;
  const { args, expires, revoked, timeLimit, softTimeLimit } = job.data;
  if (revoked) throw coded('TASK_REVOKED', { name: job.name });
  if (job.stalledCounter > maxLosses) throw coded('TASK_WORKER_LOST', { times: job.stalledCounter });
  if (expires !== undefined && expires < Date.now()) {
    throw coded('TASK_EXPIRED', { name: job.name, expires: new Date(expires).toISOString() });
  }
  const input = job.data.after ? await inputOf(job) : [];
  if (job.name === groupTask) return runGroup(graph, job, token, input);

  const { task: name = job.name, calls } = job.name === mapTask ? (args as { task: string; calls: Arguments[] }) : {};
  const handler = handlers.get(name);
  if (!handler) throw coded('TASK_UNKNOWN', { name, hint: ' This worker has no handler for it.' });
  const context = contextOf(active, token, environment, name);
  const { softTimeLimit: soft, timeLimit: hard } = handler.task.options;
  const changed = timeLimits.get(name);
  const run = (callArgs: Arguments) =>
    runHandler(handler, opened(handler, callArgs), context, {
      softTimeLimit: softTimeLimit ?? changed?.soft ?? soft,
      timeLimit: timeLimit ?? changed?.hard ?? hard ?? options.timeLimit,
      onStart: (end) => active.begin(end),
    });
  if (!calls) return run(fillArguments({ name, args, immutable: job.data.immutable ?? false }, input));
  const results = [];
  for (const call of calls) results.push(await run(call));
  return results;
}

function contextOf({ job, log }: ActiveRun, token: string | undefined, environment: RunEnvironment, name: string): RunContext {
  const { graph } = environment;
  return {
    id: job.id!,
    queue: job.queueName,
    retries: job.attemptsMade,
    maxRetries: retryPolicyOf(job.data).maxRetries,
    log,
    progress: async (value) => {
      const progress = storableJson(value);
      await job.updateProgress(progress as object);
      await report(environment, job, 'progressed', { progress });
    },
    retry: ({ countdown, error } = {}) => {
      throw new RetryLater(countdown, error);
    },
    group: groupOnce(name, (build) => spawnGroup(graph, job, token, async (nextId) => planUnder(await build(), nextId))),
  };
}
