/** The servers of the chaos test, each of its own, which can be restarted and keep their data. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import { migrate } from '#src/db/migrate.js';
import { migrateBroker } from '#src/taskkit/index.js';

const quiet = { info: () => undefined, warn: () => undefined };

/** The servers for one broker: `{ databaseUrl, brokerUrl, restarts, stop }`, migrated. `restarts` are what may be broken. */
export async function startServers(kind) {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-chaos-'));
  // Root's server runs as another user, who has to pass through.
  chmodSync(folder, 0o711);
  const options = { folder, fallbackFolder: path.join(folder, 'fallback'), log: quiet };
  const { url: databaseUrl } = await startEmbedded(options);
  const restarts = {
    async postgres() {
      await stopEmbedded(folder, options.fallbackFolder);
      await startEmbedded(options);
    },
  };
  const redis = kind === 'redis' ? await startRedis(folder) : undefined;
  if (redis) restarts.redis = redis.restart;
  const brokerUrl = redis?.url ?? databaseUrl;
  await migrate(databaseUrl);
  await migrateBroker(brokerUrl);
  return {
    databaseUrl,
    brokerUrl,
    restarts,
    async stop() {
      await redis?.stop();
      await stopEmbedded(folder, options.fallbackFolder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A redis-server that writes every command to its log before it answers. */
async function startRedis(folder) {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}/0`;
  const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'always' };
  let child;
  const start = async () => {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    child = spawn('redis-server', args, { stdio: 'ignore' });
    const probe = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    probe.on('error', () => undefined);
    await probe.ping();
    probe.disconnect();
  };
  const stop = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  };
  await start();
  return {
    url,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
