import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import { migrate } from '#src/db/migrate.js';
import { buildMonitor } from '#src/monitor/index.js';
import type { Snapshot } from '#src/monitor/types/index.js';
import { resolveSettings } from '#src/settings.js';
import { createLocalStorage } from '#src/storage.js';
import { createBroker, migrateBroker } from '#src/taskkit/index.js';
import { failure } from '../support/api.js';
import { brokerKinds, memoryLog, until } from '../support/kit.js';
import { bodyOf } from '../support/monitor-server.js';
import { startRedis } from '../support/redis.mjs';

type Server = 'postgres' | 'redis';

describe.each(brokerKinds)('the monitor, with its queues on %s, while a server is stopped', (kind) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-monitor-outages-'));
  const log = memoryLog();
  const closers: (() => Promise<unknown>)[] = [];
  /** Takes a server away; what it returns brings it back. */
  const takeAway: Partial<Record<Server, () => Promise<() => Promise<unknown>>>> = {};
  let app: FastifyInstance;

  beforeAll(async () => {
    // As root, the server runs as another user, who must enter the folder.
    chmodSync(folder, 0o711);
    const options = { folder, fallbackFolder: path.join(folder, 'fallback'), log };
    const { url: databaseUrl } = await startEmbedded(options);
    closers.push(() => stopEmbedded(folder, options.fallbackFolder));
    takeAway.postgres = async () => {
      await stopEmbedded(folder, options.fallbackFolder);
      return () => startEmbedded(options);
    };
    const redis = kind === 'redis' ? await startRedis() : undefined;
    if (redis) {
      closers.push(() => redis.stop());
      takeAway.redis = () => redis.takeAway();
    }
    await migrate(databaseUrl);
    await migrateBroker(redis?.url ?? databaseUrl);
    const db = createDatabase(databaseUrl);
    const broker = createBroker(redis?.url ?? databaseUrl, { resultExpires: 3600 });
    closers.push(
      () => db.destroy(),
      () => broker.close(),
    );
    const context = {
      settings: resolveSettings({ env: { STATE_DIR: folder, SECRET_KEY: 'k'.repeat(32) } }),
      log: log as never,
      db,
      databaseUrl,
      storage: createLocalStorage(path.join(folder, 'storage')),
      broker,
      queues: ['celery'],
      schedule: [],
      version: '1.2.3',
      clock: () => new Date(),
    };
    app = await buildMonitor(context, path.join(folder, 'web'));
    closers.push(() => app.close());
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const snapshot = async () => bodyOf<Snapshot>(await app.inject('/api/overview'));
  const health = async () => (await app.inject('/healthcheck')).statusCode;

  it('all is well before', async () => {
    expect((await snapshot()).services).toEqual({ database: null, broker: null });
    expect(await health()).toBe(200);
  });

  const outages: [Server, path: string, code: string][] = [
    ['postgres', '/api/tasks', 'DATABASE_UNREACHABLE'],
    ...(kind === 'redis' ? [['redis', '/api/queues', 'BROKER_UNREACHABLE'] as [Server, string, string]] : []),
  ];
  it.each(outages)('says that %s is away, and goes on by itself when it is back', async (server, asked, code) => {
    const service = server === 'redis' ? 'broker' : 'database';
    const bringBack = await takeAway[server]!();
    await until(async () => (await snapshot()).services[service] !== null);
    const { services, problems } = await snapshot();
    expect(services[service]).toMatch(/does not answer at the moment/);
    expect(problems).toContainEqual({ kind: 'service', severity: 'error', text: services[service], subject: null });
    expect(failure(await app.inject('/healthcheck'))).toEqual([503, code]);
    expect(failure(await app.inject(asked))).toEqual([503, code]);
    expect((await app.inject('/metrics')).body).toContain(`journeyman_service_up{service="${service}"} 0`);

    await bringBack();
    await until(async () => (await health()) === 200);
    expect((await snapshot()).services).toEqual({ database: null, broker: null });
    expect((await app.inject(asked)).statusCode).toBe(200);
  });
});
