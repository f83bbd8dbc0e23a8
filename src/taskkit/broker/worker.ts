import { loadavg } from 'node:os';
import { Job, type Worker } from 'bullmq';
import { coded } from '../../errors.js';
import { connectedKit } from '../kit.js';
import { createRateLimiter, rateInterval } from '../rate-limit.js';
import { queueOfTask } from '../routes.js';
import { type Handler, registeredTasks } from '../task.js';
import { ActiveRuns } from './active-runs.js';
import type { RunningWorker, StoredMessage, WorkerOptions } from './broker.js';
import { consume, setConcurrency } from './consumer.js';
import type { RunEnvironment } from './environment.js';
import { handBack } from './fail-job.js';
import type { Graph } from './graph.js';
import { summaryOf } from './inspect.js';
import { countRuns } from './stats.js';
import type { Transport } from './transport.js';

/** A queue that is served, and what ends that when its last task has ended. */
interface Consumer {
  worker: Worker<StoredMessage>;
  close(): Promise<void>;
}

/** Starts to serve queues. Resolves when every queue is being served. */
export async function startWorker(transport: Transport, graph: Graph, options: WorkerOptions): Promise<RunningWorker> {
  const { log, name } = options;
  const startedAt = new Date();
  const { counts, count } = countRuns();
  await transport.ping();
  const shared = transport.consumer(options.queues.length);
  const environment: RunEnvironment = {
    options,
    count,
    handlers: indexHandlers(options.handlers),
    graph,
    handingBack: false,
    runs: new ActiveRuns(),
    rates: createRateLimiter(),
    intervals: rateIntervals(options.handlers),
    timeLimits: new Map(),
  };
  const { runs, rates, intervals, timeLimits, handlers } = environment;
  /** Rate limits that were changed since the start, as they were given. */
  const changedRates = new Map<string, string | null>();

  warnOfUnhandled(options.queues, environment);

  let { concurrency } = options;
  const consumers = new Map<string, Consumer>();
  for (const queue of options.queues) {
    const worker = consume(queue, concurrency, shared, environment);
    consumers.set(queue, { worker, close: () => worker.close() });
  }
  await Promise.all([...consumers].map(([queue, { worker }]) => transport.announce(queue).then(() => worker.waitUntilReady())));

  /** Those whose last tasks still run. */
  const leaving = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    await Promise.all([...[...consumers.values()].map((consumer) => consumer.close()), ...leaving]);
    await shared.close();
  };
  /** Lets tasks that wait for a place in their rate be asked anew. */
  const promote = async (ids: string[]) => {
    for (const { worker } of consumers.values()) {
      for (const id of ids) {
        const job = await Job.fromId(worker, id);
        if (await job?.isDelayed()) await job?.promote();
      }
    }
  };

  return {
    name,
    get queues() {
      return [...consumers.keys()];
    },
    get concurrency() {
      return concurrency;
    },
    active: () => runs.all().map(({ job, startedAt: since }) => ({ ...summaryOf(job), startedAt: new Date(since) })),
    registered: () => [...handlers.keys()].sort(),
    stats: () => ({
      pid: process.pid,
      uptime: Math.round((Date.now() - startedAt.getTime()) / 1000),
      queues: [...consumers.keys()],
      concurrency,
      active: runs.size,
      rss: process.memoryUsage.rss(),
      loadAverage: loadavg(),
      rateLimits: Object.fromEntries(changedRates),
      timeLimits: Object.fromEntries(timeLimits),
      ...counts,
    }),
    async setConcurrency(wanted) {
      if (wanted < 1) throw coded('COMMAND_FAILED', { reason: `a worker runs at least 1 task of each queue, not ${wanted}` });
      concurrency = wanted;
      await Promise.all([...consumers.values()].map(({ worker }) => setConcurrency(worker, wanted)));
    },
    async addConsumer(queue) {
      await transport.announce(queue);
      if (closing) throw coded('COMMAND_FAILED', { reason: 'the worker shuts down' });
      if (consumers.has(queue)) return;
      warnOfUnhandled([queue], environment);
      // The pool of the first queues has no room for another one's LISTEN.
      const own = transport.consumer(1);
      const worker = consume(queue, concurrency, own, environment);
      consumers.set(queue, { worker, close: () => worker.close().then(() => own.close()) });
      await worker.waitUntilReady();
    },
    cancelConsumer(queue) {
      const consumer = consumers.get(queue);
      if (!consumer || closing) return;
      consumers.delete(queue);
      const left: Promise<void> = consumer.close().finally(() => leaving.delete(left));
      left.catch((error: Error) => log.warn({ queue }, `Queue ${queue} was not left in order: ${error.message}`));
      leaving.add(left);
    },
    async rateLimit(task, rate) {
      if (rate === null) intervals.delete(task);
      else intervals.set(task, rateInterval(task, rate));
      changedRates.set(task, rate);
      await promote(rates.clear(task));
    },
    timeLimit(task, { soft, hard }) {
      timeLimits.set(task, { soft, hard });
    },
    terminate(id) {
      const run = runs.find(id);
      run?.terminate(coded('TASK_REVOKED', { name: run.job.name }));
      return run !== undefined;
    },
    async stop(graceSeconds) {
      const timer = setTimeout(() => {
        environment.handingBack = true;
        for (const run of runs.all()) run.terminate(handBack);
      }, graceSeconds * 1000);
      closing ??= closeAll();
      await closing;
      clearTimeout(timer);
    },
  };
}

/** Warns of tasks that go to these queues and have no handler here: they fail when this worker takes them before another does. */
function warnOfUnhandled(queues: string[], { options: { name, log }, handlers }: RunEnvironment): void {
  const kit = connectedKit();
  if (!kit) return;
  const tasks = [...registeredTasks().values()]
    .filter((task) => !handlers.has(task.taskName) && queues.includes(queueOfTask(task, kit)))
    .map((task) => task.taskName);
  if (tasks.length > 0) log.warn({ tasks }, `${name} has no handler for ${tasks.join(', ')}, and fails them when it takes them`);
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
