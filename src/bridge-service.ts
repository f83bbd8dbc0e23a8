import { hostname } from 'node:os';
import { type App, closeAll, connectTasks } from './app.js';
import {
  type Celery,
  type CeleryNode,
  callsAtOnce,
  checkCallQueues,
  type RunningBridge,
  routesToPython,
} from './celery/index.js';
import { requireCelery, routingOf } from './celery-connection.js';
import { createHistory } from './db/history/index.js';
import { coded } from './errors.js';
import { announce, shutDown, startControl } from './presence.js';
import { visibleSettings } from './settings.js';
import { celeryTasks, queueOfTask, type RunningWorker } from './taskkit/index.js';
import { packageVersion } from './version.js';

/** This process among Celery's workers. */
export const nodeOf = (celery: Celery, name: string): CeleryNode => celery.createNode({ name, version: packageVersion() });

/** Lets this process be seen and controlled by Celery's tools. Returns what ends that. */
export const serveNode = (
  { broker, settings }: App,
  node: CeleryNode,
  parts: { worker?: RunningWorker; bridge?: RunningBridge | undefined },
): (() => Promise<void>) => node.serve({ ...parts, broker, conf: visibleSettings(settings), shutdown: shutDown });

/** Takes tasks from Celery's queues into our broker. Warns of tasks that only Celery's callers reach. */
export async function startBridge({ settings, log }: App, celery: Celery, node: CeleryNode): Promise<RunningBridge> {
  for (const { code, message } of routesToPython(routingOf(settings))) log.warn({ code }, message);
  const bridge = await celery.startBridge({ node });
  log.info({ queues: bridge.queues() }, `bridge ready: takes from ${bridge.queues().join(', ')} of ${celery.address}`);
  return bridge;
}

/** A worker that serves no queue but those it began with: it would fail whatever else it took. */
const withItsQueues = (worker: RunningWorker): RunningWorker =>
  Object.create(worker, {
    addConsumer: {
      value: async () => {
        throw coded('COMMAND_FAILED', { reason: `${worker.name} only calls tasks that live in Python` });
      },
    },
  }) as RunningWorker;

/**
 * Calls the tasks that live in Celery's Python workers, for whoever enqueues them here: a worker whose handlers wait for their
 * results. Returns what stops it; undefined where no such task is defined. Throws TASK_QUEUE_CALLS_PYTHON.
 */
export async function startCalls(app: App, celery: Celery): Promise<(() => Promise<void>) | undefined> {
  const { settings, log, broker, db } = app;
  if (celeryTasks().size === 0) return undefined;
  const routing = routingOf(settings);
  checkCallQueues(routing);
  const queues = [...new Set([...celeryTasks().values()].map((task) => queueOfTask(task, routing)))];
  const history = settings.taskHistoryDays > 0 ? createHistory(db, { log }) : undefined;
  const worker = withItsQueues(
    await broker.startWorker({
      handlers: celery.callHandlers(),
      queues,
      concurrency: callsAtOnce,
      name: `calls-${process.pid}@${hostname()}`,
      timeLimit: settings.taskTimeLimit,
      log,
      observe: (event) => history?.observe(event),
    }),
  );
  // What waits for a result is handed back at once: another process goes on waiting.
  const closers = [async () => history?.close(), () => worker.stop(0)];
  const stop = () => closeAll(closers);
  try {
    closers.push(await startControl(app, worker), await announce(app, worker));
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ queues }, `calls ready: tasks of ${queues.join(', ')} are called in ${celery.address}`);
  return stop;
}

/** Starts a bridge to Celery by itself, for workers elsewhere. Throws COMMAND_FAILED where the settings name no Celery. */
export async function startAppBridge(app: App): Promise<{ stop(): Promise<void> }> {
  const celery = requireCelery(app);
  const node = nodeOf(celery, `bridge-${process.pid}@${hostname()}`);
  const closers = [() => celery.close()];
  const stop = () => closeAll(closers);
  connectTasks(app, []);
  try {
    const bridge = await startBridge(app, celery, node);
    closers.push(bridge.stop);
    const stopCalls = await startCalls(app, celery);
    if (stopCalls) closers.push(stopCalls);
    closers.push(serveNode(app, node, { bridge }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
