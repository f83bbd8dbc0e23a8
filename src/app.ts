import { mkdirSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { createDatabase, waitForDatabase } from './db/database.js';
import { startEmbedded } from './db/embedded/index.js';
import { assertMigrated, migrate } from './db/migrate.js';
import { createOutbox } from './db/outbox.js';
import type { Database } from './db/schema.js';
import type { Logger } from './logging.js';
import { secretKey } from './secret-key.js';
import type { Settings } from './settings.js';
import { createLocalStorage, type FileStorage } from './storage.js';
import {
  type Broker,
  connect,
  createBroker,
  createSealer,
  type Handler,
  migrateBroker,
  type OutboxStore,
} from './taskkit/index.js';
import './tasks/index.js';

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
  const { achievementDefinitions } = await import('./achievements/index.js');
  const { taxonomy } = await import('./skills/index.js');
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
    const broker = createBroker(settings.brokerUrl ?? database.url, {
      resultExpires: settings.resultExpires,
      keyPrefix: settings.brokerKeyPrefix,
    });
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
export async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer();
}

/** Lets this process call tasks, and run those that have one of these handlers here and now. */
export const connectTasks = ({ broker, outbox, settings, log }: App, handlers: Handler[]) =>
  connect({
    broker,
    outbox,
    routes: settings.taskRoutes,
    defaultQueue: settings.taskDefaultQueue,
    log,
    sealer: createSealer(secretKey(settings)),
    handlers,
  });
