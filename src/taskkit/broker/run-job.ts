import { DelayedError, type Job } from 'bullmq';
import { coded } from '../../errors.js';
import { fillArguments } from '../canvas/fill.js';
import { groupTask, mapTask } from '../canvas/plan.js';
import { type RunLimits, runHandler } from '../run.js';
import type { Handler } from '../task.js';
import type { Json } from '../types.js';
import { ActiveRun } from './active-runs.js';
import type { StoredMessage } from './broker.js';
import { observe, opened, type RunEnvironment, report, seconds } from './environment.js';
import { failJob, handBack } from './fail-job.js';
import { enqueueCallbacks, inputOf, runGroup } from './graph.js';
import { prepare } from './stored.js';

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
  const run = new ActiveRun(job, token, environment);
  runs.add(run);
  if (environment.handingBack) run.terminate(handBack);
  // A line that is not written is not put together either: that is a good part of what a short run costs.
  const isLogged = log.isLevelEnabled?.('info') ?? true;
  if (isLogged) log.info({ id, name: job.name, queue: job.queueName }, `Task ${job.name}[${id}] received`);
  observe(run, 'started');
  try {
    if (job.data.origin !== undefined) await report(run, 'started');
    const result = await workOf(run);
    if (job.data.origin !== undefined) await report(run, 'succeeded', { result });
    if (job.data.link) await enqueueCallbacks(graph, job, 'link', job.data.link, result);
    if (isLogged) {
      const runtime = Date.now() - run.startedAt;
      const line = `Task ${job.name}[${id}] succeeded in ${seconds(runtime)}: ${excerpt(result)}`;
      log.info({ id, name: job.name, runtime }, line);
    }
    observe(run, 'succeeded', { result });
    return job.data.ignoreResult ? null : result;
  } catch (error) {
    return await failJob(error, run);
  } finally {
    runs.delete(run);
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
function workOf(run: ActiveRun): Promise<Json> {
  const { name, data } = run.job;
  checkMayRun(run.job);
  // Most tasks are alone: each async function on their way would take as long as all that it does.
  return data.after || name === groupTask ? workAfterOthers(run) : callHandler(run, []);
}

function checkMayRun({ name, data, stalledCounter }: Job<StoredMessage>): void {
  const { revoked, expires } = data;
  if (revoked) throw coded('TASK_REVOKED', { name });
  if (stalledCounter > maxLosses) throw coded('TASK_WORKER_LOST', { times: stalledCounter });
  if (expires !== undefined && expires < Date.now()) {
    throw coded('TASK_EXPIRED', { name, expires: new Date(expires).toISOString() });
  }
}

async function workAfterOthers(run: ActiveRun): Promise<Json> {
  const { job, token, environment } = run;
  const input = job.data.after ? await inputOf(job) : [];
  return job.name === groupTask ? runGroup(environment.graph, job, token, input) : callHandler(run, input);
}

function callHandler(run: ActiveRun, input: Json): Promise<Json> {
  const { job, handlerName: name } = run;
  const handler = run.environment.handlers.get(name);
  if (!handler) throw coded('TASK_UNKNOWN', { name, hint: ' This worker has no handler for it.' });
  const limits = limitsOf(run, handler);
  if (job.name === mapTask) return callEach(run, handler, limits);
  const args = fillArguments({ name, args: job.data.args, immutable: job.data.immutable ?? false }, input);
  return runHandler(handler, opened(handler, args), run, limits);
}

async function callEach(run: ActiveRun, handler: Handler, limits: RunLimits): Promise<Json> {
  const results = [];
  for (const args of run.job.data.args.calls as Arguments[]) {
    results.push(await runHandler(handler, opened(handler, args), run, limits));
  }
  return results;
}

/** The limits of the call win over those that were changed in this worker, which win over the task's own. */
function limitsOf({ job, handlerName, environment }: ActiveRun, { task: { options } }: Handler): RunLimits {
  const changed = environment.timeLimits.get(handlerName);
  return {
    softTimeLimit: job.data.softTimeLimit ?? changed?.soft ?? options.softTimeLimit,
    timeLimit: job.data.timeLimit ?? changed?.hard ?? options.timeLimit ?? environment.options.timeLimit,
  };
}
