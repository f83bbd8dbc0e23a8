import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { type App, closeAll, connectTasks } from './app.js';
import { nodeOf, serveNode, startBridge, startCalls } from './bridge-service.js';
import { openCelery, reportToNobody, requireCelery, routingOf } from './celery-connection.js';
import { createHistory } from './db/history/index.js';
import { createBeatStore } from './db/schedule.js';
import { coded } from './errors.js';
import { announce, startControl } from './presence.js';
import { secretKey } from './secret-key.js';
import type { Settings } from './settings.js';
import {
  celeryTasks,
  type Entry,
  queueOfTask,
  type RunEvent,
  type RunningWorker,
  readScheduleFile,
  registeredTasks,
  resolveSchedule,
  startBeat,
  startRelay,
} from './taskkit/index.js';
import { schedule } from './tasks/schedule.js';
import { startUpkeep } from './upkeep.js';
import { packageVersion } from './version.js';

/**
 * The queues that our workers' tasks go to, by the settings, and the default one. A task that is routed to Python workers keeps
 * its own queue besides: what was put there before its route was changed still runs here.
 */
export function knownQueues(settings: Settings): string[] {
  const { taskDefaultQueue } = settings;
  const { pythonQueues, ...routing } = routingOf(settings);
  const own = [...registeredTasks().values()].filter(({ taskName }) => !celeryTasks().has(taskName));
  const queues = own.flatMap((task) => {
    const queue = queueOfTask(task, routing);
    return pythonQueues.includes(queue) ? [queue, task.options.queue ?? taskDefaultQueue] : [queue];
  });
  return [...new Set([taskDefaultQueue, ...queues])].sort();
}

export interface WorkerChoice {
  /** Default: every queue that a task goes to. */
  queues?: string[] | undefined;
  /** Default: `workerName()`. */
  name?: string | undefined;
  /** Told of everything that happens to runs; must neither throw nor wait. */
  observe?: ((event: RunEvent) => void) | undefined;
  /** Whether it also takes tasks from Celery's queues. */
  celery?: boolean | undefined;
}

/** What a worker is called that is given no name. */
export const workerName = (): string => `worker-${process.pid}@${hostname()}`;

/** Starts a worker: its queues, the commands it answers, its share of relaying the outbox, its heartbeat and the broker's upkeep. */
export async function startAppWorker(app: App, choice: WorkerChoice = {}): Promise<Pick<RunningWorker, 'name' | 'stop'>> {
  const { settings, log, broker, db, outbox } = app;
  const name = choice.name ?? workerName();
  const queues = choice.queues ?? knownQueues(settings);
  const concurrency = settings.workerConcurrency;
  const { openHandlers } = await import('./handlers.js');
  const services = openHandlers(app);
  connectTasks(app, services.handlers);
  const history = settings.taskHistoryDays > 0 ? createHistory(db, { log }) : undefined;
  const celery = choice.celery ? requireCelery(app) : openCelery(app);
  const node = celery && nodeOf(celery, name);
  const worker = await broker.startWorker({
    handlers: services.handlers,
    queues,
    concurrency,
    name,
    timeLimit: settings.taskTimeLimit,
    log,
    observe: (event) => {
      history?.observe(event);
      node?.observe(event);
      choice.observe?.(event);
    },
    report: celery?.report ?? reportToNobody(log),
  });
  let cleaned: Promise<void> | undefined;
  const closers = [services.close, async () => history?.close(), async () => celery?.close()];
  const stop = async (graceSeconds: number) => {
    await worker.stop(graceSeconds);
    cleaned ??= closeAll(closers);
    await cleaned;
  };
  try {
    closers.push(await startRelay(outbox, broker, log));
    closers.push(await startControl(app, worker));
    closers.push(await announce(app, worker));
    closers.push(startUpkeep(app));
    const bridge = choice.celery && celery && node ? await startBridge(app, celery, node) : undefined;
    if (bridge) closers.push(bridge.stop);
    const stopCalls = bridge && celery && (await startCalls(app, celery));
    if (stopCalls) closers.push(stopCalls);
    if (node) closers.push(serveNode(app, node, { worker, bridge }));
  } catch (error) {
    await stop(0);
    throw error;
  }
  log.info(
    { queues, concurrency },
    `${name} ready: ${broker.address}, queues ${queues.join(', ')}, ${concurrency} tasks of each at once`,
  );
  return { name, stop };
}

/** What runs by the clock: the platform's schedule and, on top of it, that of the settings' file. */
export const scheduleOf = ({ beatSchedule, timezone }: Settings): Entry[] =>
  resolveSchedule({ ...schedule, ...(beatSchedule && readScheduleFile(beatSchedule)) }, timezone);

/** Starts to send the tasks of the schedule. Returns what stops it. */
export async function startAppBeat({ settings, db, log }: App): Promise<() => Promise<void>> {
  const entries = scheduleOf(settings);
  const stop = await startBeat({ entries, store: createBeatStore(db), log });
  log.info({ entries: entries.length }, `beat ready: ${entries.length} entries in the schedule`);
  return stop;
}

/** Starts the monitor on the settings' address. Throws MONITOR_UNPROTECTED, PORT_TAKEN. */
export async function startAppMonitor(app: App): Promise<{ address: string; close(): Promise<void> }> {
  const { buildMonitor } = await import('./monitor/index.js');
  const { settings, log } = app;
  const queues = knownQueues(settings);
  const context = { ...app, queues, schedule: scheduleOf(settings), version: packageVersion(), clock: () => new Date() };
  const monitor = await buildMonitor(context, fileURLToPath(new URL('./monitor/web', import.meta.url)));
  const listening = await listen(monitor, { host: settings.monitorHost, port: settings.monitorPort, setting: 'MONITOR_PORT' });
  const address = `${listening}${settings.monitorUrlPrefix ?? ''}`;
  log.info({}, `The monitor is at ${address}`);
  return { address, close: () => monitor.close() };
}

/** Starts the HTTP API on the settings' address, with its own share of relaying the outbox. */
export async function startAppApi(app: App): Promise<{ address: string; close(): Promise<void> }> {
  const { settings, db, databaseUrl, storage, broker, outbox, log } = app;
  const { buildApi } = await import('./api/app.js');
  const api: FastifyInstance = await buildApi({
    settings,
    db,
    databaseUrl,
    storage,
    pingBroker: () => broker.ping(),
    secretKey: secretKey(settings),
    log,
  });
  const stopRelay = await startRelay(outbox, broker, log);
  const address = await listen(api, { host: settings.apiHost, port: settings.apiPort, setting: 'API_PORT' }).catch(
    async (error: unknown) => {
      await stopRelay();
      throw error;
    },
  );
  log.info({}, `The API answers at ${address}, its documentation is at ${address}/docs`);
  return {
    address,
    close: async () => {
      await api.close();
      await stopRelay();
    },
  };
}

/** Listens, and returns the address. Throws PORT_TAKEN, naming the setting. */
async function listen(
  server: FastifyInstance,
  { host, port, setting }: { host: string; port: number; setting: string },
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw coded('PORT_TAKEN', { port, setting }, { cause: error });
  }
}
