import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { buildApi } from './api/app.js';
import { type App, closeAll, connectTasks } from './app.js';
import { createControlChannel } from './db/control.js';
import { createHistory } from './db/history/index.js';
import { createBeatStore } from './db/schedule.js';
import { startHeartbeat } from './db/workers.js';
import { coded } from './errors.js';
import { openHandlers } from './handlers.js';
import { secretKey } from './secret-key.js';
import { type Settings, visibleSettings } from './settings.js';
import {
  type Entry,
  queueOfTask,
  type RunEvent,
  type RunningWorker,
  readScheduleFile,
  registeredTasks,
  resolveSchedule,
  serveControl,
  startBeat,
  startRelay,
} from './taskkit/index.js';
import { schedule } from './tasks/schedule.js';
import { startUpkeep } from './upkeep.js';

/** The queues that the tasks go to, by the settings, and the default one. */
export function knownQueues({ taskRoutes, taskDefaultQueue }: Settings): string[] {
  const routing = { routes: taskRoutes, defaultQueue: taskDefaultQueue };
  const queues = [...registeredTasks().values()].map((task) => queueOfTask(task, routing));
  return [...new Set([taskDefaultQueue, ...queues])].sort();
}

export interface WorkerChoice {
  /** Default: every queue that a task goes to. */
  queues?: string[] | undefined;
  /** Default: `workerName()`. */
  name?: string | undefined;
  /** Told of everything that happens to runs; must neither throw nor wait. */
  observe?: ((event: RunEvent) => void) | undefined;
}

/** What a worker is called that is given no name. */
export const workerName = (): string => `worker-${process.pid}@${hostname()}`;

/** Starts a worker: its queues, the commands it answers, its share of relaying the outbox, its heartbeat and the broker's upkeep. */
export async function startAppWorker(app: App, choice: WorkerChoice = {}): Promise<Pick<RunningWorker, 'name' | 'stop'>> {
  const { settings, log, broker, db, outbox } = app;
  const name = choice.name ?? workerName();
  const queues = choice.queues ?? knownQueues(settings);
  const concurrency = settings.workerConcurrency;
  const services = openHandlers(app);
  connectTasks(app, services.handlers);
  const history = settings.taskHistoryDays > 0 ? createHistory(db, { log }) : undefined;
  const worker = await broker.startWorker({
    handlers: services.handlers,
    queues,
    concurrency,
    name,
    timeLimit: settings.taskTimeLimit,
    log,
    observe: (event) => {
      history?.observe(event);
      choice.observe?.(event);
    },
  });
  let cleaned: Promise<void> | undefined;
  const closers = [services.close, async () => history?.close()];
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

/** Lets a worker answer `inspect` and `control`. */
const startControl = ({ settings, log, broker, db, databaseUrl }: App, worker: RunningWorker) =>
  serveControl(createControlChannel(db, databaseUrl, log), {
    worker,
    broker,
    conf: visibleSettings(settings),
    // As the signal would, so that whoever waits for it stops all else in order.
    shutdown: () => process.emit('SIGTERM'),
    log,
  });

/** Makes a worker known to the others while it lives. */
async function announce({ db, log }: App, worker: RunningWorker): Promise<() => Promise<void>> {
  const about = {
    name: worker.name,
    hostname: hostname(),
    pid: process.pid,
    get queues() {
      return [...worker.queues];
    },
    get concurrency() {
      return worker.concurrency;
    },
  };
  const stopHeartbeat = await startHeartbeat(db, about, log);
  return () => stopHeartbeat().catch((error: Error) => log.warn({}, `The goodbye could not be written: ${error.message}`));
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

/** Starts the HTTP API on the settings' address, with its own share of relaying the outbox. */
export async function startAppApi(app: App): Promise<{ address: string; close(): Promise<void> }> {
  const { settings, db, databaseUrl, storage, broker, outbox, log } = app;
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
  const address = await api
    .listen({ host: settings.apiHost, port: settings.apiPort })
    .catch(async (error: NodeJS.ErrnoException) => {
      await stopRelay();
      if (error.code === 'EADDRINUSE')
        throw coded('PORT_TAKEN', { port: settings.apiPort, setting: 'API_PORT' }, { cause: error });
      throw error;
    });
  log.info({}, `The API answers at ${address}, its documentation is at ${address}/docs`);
  return {
    address,
    close: async () => {
      await api.close();
      await stopRelay();
    },
  };
}
