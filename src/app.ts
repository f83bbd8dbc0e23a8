import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { achievementDefinitions, achievementHandlers } from './achievements/index.js';
import { buildApi } from './api/app.js';
import { createControlChannel } from './db/control.js';
import { createDatabase, waitForDatabase } from './db/database.js';
import { startEmbedded } from './db/embedded/index.js';
import { createHistory, expireHistory } from './db/history/index.js';
import { assertMigrated, migrate } from './db/migrate.js';
import { createOutbox } from './db/outbox.js';
import { createBeatStore } from './db/schedule.js';
import type { Database } from './db/schema.js';
import { startHeartbeat } from './db/workers.js';
import { createMailer, createRenderer, emailHandlers } from './email/index.js';
import { coded } from './errors.js';
import type { Logger } from './logging.js';
import { notificationHandlers } from './notifications/index.js';
import { createExtractor, resumeHandlers } from './resumes/index.js';
import { secretKey } from './secret-key.js';
import { type Settings, visibleSettings } from './settings.js';
import { taxonomy } from './skills/index.js';
import { createLocalStorage, type FileStorage } from './storage.js';
import {
  type Broker,
  connect,
  createBroker,
  type Entry,
  findRoute,
  type Handler,
  migrateBroker,
  type OutboxStore,
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

/** What every command works with: the services that the settings name, open and connected. */
export interface App {
  settings: Settings;
  log: Logger;
  /** With its password: not to be logged. */
  databaseUrl: string;
  /** For people: the folder of the embedded database, or where one of your own is. */
  databasePlace: string;
  db: Kysely<Database>;
  broker: Broker;
  outbox: OutboxStore;
  storage: FileStorage;
  /** Closes what was opened, and stops the embedded PostgreSQL if it was started here. */
  close(): Promise<void>;
}

/** How long a command waits for its database to answer, in seconds. */
const databasePatience = 30;

/** The database of the settings, or the embedded one, which is started when it does not run yet. */
export async function openDatabase(
  settings: Settings,
  log: Logger,
): Promise<{ url: string; place: string; embedded: boolean; stop(): Promise<void> }> {
  mkdirSync(settings.stateDir, { recursive: true, mode: 0o711 });
  if (settings.databaseUrl) {
    await waitForDatabase(settings.databaseUrl, { timeoutSeconds: databasePatience });
    const { host, pathname } = new URL(settings.databaseUrl);
    return { url: settings.databaseUrl, place: `${host}${pathname}`, embedded: false, stop: async () => undefined };
  }
  const server = await startEmbedded({ folder: settings.stateDir, fallbackFolder: settings.embeddedFallbackDir, log });
  return { url: server.url, place: server.folder, embedded: true, stop: server.stop };
}

/** Brings the database and the broker to this version. Returns the names of the migrations that were applied. */
export async function migrateAll(databaseUrl: string, settings: Settings): Promise<string[]> {
  const applied = await migrate(databaseUrl, { skills: taxonomy, achievements: achievementDefinitions });
  await migrateBroker(settings.brokerUrl ?? databaseUrl);
  return applied;
}

/**
 * Opens the database, the broker, the outbox and the storage, and connects this process's tasks to them.
 * The embedded database is migrated by itself; one of your own is migrated by `journeyman migrate`.
 */
export async function openApp(settings: Settings, log: Logger): Promise<App> {
  const database = await openDatabase(settings, log);
  const closers = [database.stop];
  const close = async () => {
    connect(undefined);
    await closeAll(closers);
  };
  try {
    if (database.embedded) await migrateAll(database.url, settings);
    const db = createDatabase(database.url, { max: 10 + settings.workerConcurrency });
    closers.push(() => db.destroy());
    await assertMigrated(db);
    const broker = createBroker(settings.brokerUrl ?? database.url, { resultExpires: settings.resultExpires });
    closers.push(() => broker.close());
    await broker.ping();
    const outbox = createOutbox(db, database.url);
    const storage = createLocalStorage(settings.storageDir);
    const app = { settings, log, databaseUrl: database.url, databasePlace: database.place, db, broker, outbox, storage, close };
    connectTasks(app, []);
    return app;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes what was opened last first, and each thing once. */
async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer();
}

/** Lets this process call tasks, and run those that have one of these handlers here and now. */
const connectTasks = ({ broker, outbox, settings, log }: App, handlers: Handler[]) =>
  connect({ broker, outbox, routes: settings.taskRoutes, defaultQueue: settings.taskDefaultQueue, log, handlers });

/** The handlers of all tasks with what they need, and what closes it. */
function openHandlers({ settings, db, storage, log }: App): { handlers: Handler[]; close(): Promise<void> } {
  const clock = () => new Date();
  const mailer = createMailer({
    emailUrl: settings.emailUrl,
    from: settings.defaultFromEmail,
    stateDir: settings.stateDir,
    log,
  });
  const renderer = createRenderer({
    folder: path.join(path.dirname(fileURLToPath(import.meta.url)), 'emails'),
    frontendUrl: settings.frontendUrl,
  });
  const extractor = createExtractor({});
  return {
    handlers: [
      ...emailHandlers({ db, mailer, renderer }),
      ...resumeHandlers({ db, storage, extractor, clock }),
      ...achievementHandlers({ db, clock }),
      ...notificationHandlers({ db }),
    ],
    close: async () => {
      await Promise.all([mailer.close(), extractor.close()]);
    },
  };
}

/** The queues that the tasks go to, by the settings, and the default one. */
export function knownQueues({ taskRoutes, taskDefaultQueue }: Settings): string[] {
  const queues = [...registeredTasks().values()].map(
    (task) => findRoute(task.taskName, taskRoutes)?.queue ?? task.options.queue ?? taskDefaultQueue,
  );
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

/** How often finished tasks are looked through for results and history to forget, in milliseconds. */
const maintenanceInterval = 60_000;

/** Starts a worker: its queues, the commands it answers, its share of relaying the outbox, its heartbeat and the broker's upkeep. */
export async function startAppWorker(app: App, choice: WorkerChoice = {}): Promise<Pick<RunningWorker, 'name' | 'stop'>> {
  const { settings, log, broker, db, databaseUrl, outbox } = app;
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
    const stopControl = await serveControl(createControlChannel(db, databaseUrl, log), {
      worker,
      broker,
      conf: visibleSettings(settings),
      // As the signal would, so that whoever waits for it stops all else in order.
      shutdown: () => process.emit('SIGTERM'),
      log,
    });
    closers.push(stopControl);
    const about = {
      name,
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
    closers.push(() =>
      stopHeartbeat().catch((error: Error) => log.warn({}, `The goodbye could not be written: ${error.message}`)),
    );
  } catch (error) {
    await stop(0);
    throw error;
  }
  const upkeep = setInterval(() => {
    broker.expireResults().catch((error: Error) => log.warn({}, `Old results were not removed: ${error.message}`));
    expireHistory(db, settings.taskHistoryDays).catch((error: Error) =>
      log.warn({}, `The old task history was not removed: ${error.message}`),
    );
  }, maintenanceInterval);
  closers.push(async () => clearInterval(upkeep));
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

/** Starts the HTTP API on the settings' address, with its own share of relaying the outbox. */
export async function startAppApi(app: App): Promise<{ address: string; close(): Promise<void> }> {
  const { settings, db, storage, broker, outbox, log } = app;
  const api: FastifyInstance = await buildApi({
    settings,
    db,
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
