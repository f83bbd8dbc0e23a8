import { currentKit } from '../kit.js';
import type { createRateLimiter } from '../rate-limit.js';
import { openArguments } from '../sealer.js';
import type { Handler } from '../task.js';
import type { Json, RunEvent, RunReport } from '../types.js';
import type { ActiveRun, ActiveRuns } from './active-runs.js';
import type { TimeLimits, WorkerOptions } from './broker.js';
import type { Graph } from './graph.js';
import { parentOf } from './job-state.js';

/** What all runs of a worker share. */
export interface RunEnvironment {
  options: WorkerOptions;
  /** Told of every event of a run, before whoever observes. */
  count(type: RunEvent['type'], name: string): void;
  handlers: Map<string, Handler>;
  graph: Graph;
  /** Whether the worker's grace is over: what still runs is handed back. */
  handingBack: boolean;
  runs: ActiveRuns;
  rates: ReturnType<typeof createRateLimiter>;
  /** Milliseconds between two starts of a task, by its name. */
  intervals: Map<string, number>;
  /** Time limits that were changed while the worker runs, by the task's name. */
  timeLimits: Map<string, TimeLimits>;
}

/** What is told of a run. One literal and no spread: every run is told of twice, and this is a good part of what that costs. */
const runOf = <T extends string>({ job, environment }: ActiveRun, type: T) => ({
  type,
  id: job.id!,
  name: job.name,
  queue: job.queueName,
  args: job.data.args,
  parentId: parentOf(job),
  rootId: job.data.rootId,
  groupId: job.data.groupId,
  worker: environment.options.name,
  retries: job.attemptsMade,
  at: new Date(),
  enqueuedAt: new Date(job.timestamp),
  startedAt: new Date(job.processedOn ?? Date.now()),
});

/** Tells those who count and those who watch of what happened to a run. */
export function observe(run: ActiveRun, type: RunEvent['type'], more?: Pick<RunEvent, 'result' | 'error'>): void {
  const { job, log, environment } = run;
  environment.count(type, job.name);
  const tell = environment.options.observe;
  if (!tell) return;
  const event: RunEvent = runOf(run, type);
  if (more) Object.assign(event, more);
  if (log.lines) event.log = log.lines;
  const { origin } = job.data;
  if (origin !== undefined) event.origin = origin;
  tell(event);
}

/** Tells the system that a message came from, if it came from another one. */
export async function report(
  run: ActiveRun,
  type: RunReport['type'],
  more?: Pick<RunReport, 'result' | 'error' | 'progress'>,
): Promise<void> {
  const { origin } = run.job.data;
  if (origin !== undefined) await run.environment.options.report?.({ ...runOf(run, type), ...more, origin });
}

/** The arguments with those in clear that were sealed. */
export const opened = ({ task }: Handler, args: Record<string, Json>): Record<string, Json> =>
  task.options.sealed ? openArguments(task, args, currentKit(task.taskName).sealer) : args;

/** Milliseconds as a log line has them. */
export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 3 : 1)}s`;
