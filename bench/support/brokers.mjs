/** The two brokers a benchmark runs on, each of its own and gone afterwards. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startEmbedded } from '#src/db/embedded/index.js';
import { migrate } from '#src/db/migrate.js';
import { migrateBroker } from '#src/taskkit/index.js';
import { freePort } from '../../test/support/redis.mjs';

const quiet = { info: () => {}, warn: () => {} };

/** The first line a program prints, or undefined where it is not installed. */
export function versionOf(program, args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** The embedded PostgreSQL as the platform runs it, in a temporary folder; its databases have the platform's tables too. */
export async function startPostgres() {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-bench-'));
  // Root's server runs as another user, who has to pass through.
  chmodSync(folder, 0o711);
  const server = await startEmbedded({ folder, fallbackFolder: path.join(folder, 'fallback'), log: quiet });
  const template = withDatabase(server.url, 'bench_template');
  let made = 0;
  const administer = async (...statements) => {
    const client = new pg.Client({ connectionString: withDatabase(server.url, 'postgres') });
    await client.connect();
    const results = [];
    for (const statement of statements) results.push(await client.query(statement));
    await client.end();
    return results;
  };
  await administer('CREATE DATABASE bench_template');
  await migrate(template);
  await migrateBroker(template);
  const [version] = await administer('SHOW server_version');
  return {
    kind: 'postgres',
    version: `PostgreSQL ${version.rows[0].server_version}, embedded`,
    /** The URL of an empty broker; the one before it is gone. */
    async fresh() {
      await administer(
        `DROP DATABASE IF EXISTS bench_${made} WITH (FORCE)`,
        `CREATE DATABASE bench_${++made} TEMPLATE bench_template`,
        'CHECKPOINT',
      );
      return withDatabase(server.url, `bench_${made}`);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withDatabase(url, name) {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** A redis-server without persistence; undefined where it is not installed. */
export async function startRedis() {
  const version = versionOf('redis-server', ['--version']);
  if (!version) return undefined;
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}/0`;
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
    cwd: tmpdir(),
  });
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  return {
    kind: 'redis',
    version: `Redis ${/v=(\S+)/.exec(version)?.[1]}, no persistence`,
    client,
    async fresh() {
      await client.flushall();
      return url;
    },
    async stop() {
      client.disconnect();
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}
