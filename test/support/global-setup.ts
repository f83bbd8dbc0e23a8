import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import { withLock } from '#src/db/embedded/lock.js';
import { identify } from '#src/db/embedded/process-identity.js';
import { migrate } from '#src/db/migrate.js';
import { templateDatabase, withDatabase } from './database-urls.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL server, for its maintenance database. */
    databaseServerUrl: string;
  }
}

const quiet = { info: () => {}, warn: () => {} };
const prefix = `journeyman-test-${process.getuid?.() ?? 0}-`;
const fallbackOf = (folder: string) => path.join(folder, 'fallback');

/** Starts one PostgreSQL server for the whole run, with a migrated database to clone; returns what removes it again. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
  // Root's server runs as another user, who has to pass through.
  chmodSync(folder, 0o711);
  const server = await startEmbedded({ folder, fallbackFolder: fallbackOf(folder), log: quiet });
  const tearDown = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const serverUrl = withDatabase(server.url, 'postgres');
    await makeTemplate(serverUrl);
    project.provide('databaseServerUrl', serverUrl);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

/** Ends what an earlier run left behind because it was killed; of several runs that start at once, one at a time. */
async function removeLeftovers(): Promise<void> {
  const lock = path.join(tmpdir(), `${prefix}lock`);
  const onTimeout = (holder: number) => new Error(`Process ${holder} holds ${lock}.`);
  await withLock(lock, { timeoutSeconds: 60, onTimeout }, async () => {
    for (const name of readdirSync(tmpdir())) {
      const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
      if (pid === undefined || identify(Number(pid))) continue;
      const folder = path.join(tmpdir(), name);
      await stopEmbedded(folder, fallbackOf(folder));
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  await client.connect();
  try {
    // Nothing here needs to outlive a crash of the machine.
    await client.query('ALTER SYSTEM SET fsync = off');
    await client.query('SELECT pg_reload_conf()');
    await client.query(`CREATE DATABASE ${templateDatabase}`);
    await migrate(withDatabase(serverUrl, templateDatabase));
    // A database can only be cloned while nobody is connected to it.
    await client.query(`ALTER DATABASE ${templateDatabase} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  } finally {
    await client.end();
  }
}
