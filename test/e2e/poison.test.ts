import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBroker, migrateBroker, task } from '#src/taskkit/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { brokerKinds, until } from '../support/kit.js';
import { startRedis, type TestRedis } from '../support/redis.mjs';

const script = fileURLToPath(new URL('../support/poison-worker.mjs', import.meta.url));
const poison = task('tests.poison', { n: z.number() }, { returns: {} });

describe.concurrent.each(brokerKinds)('a task that kills its worker, on %s', (kind) => {
  let database: TestDatabase;
  let redis: TestRedis | undefined;
  let worker: ChildProcess | undefined;
  let output = '';
  let kills = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    redis = kind === 'redis' ? await startRedis() : undefined;
    await migrateBroker(database.url);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => worker?.removeAllListeners('exit').once('exit', resolve));
    worker?.kill('SIGKILL');
    await ended;
    await redis?.stop();
    await database.drop();
  });

  it('is put aside as FAILURE at the third time, its handler is told, and the next worker lives on', async () => {
    const url = redis?.url ?? database.url;
    const start = () => {
      worker = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
      worker.stdout!.on('data', (text) => {
        output += text;
      });
      worker.once('exit', (_code, signal) => {
        if (signal !== 'SIGKILL') return;
        kills++;
        start();
      });
    };
    const broker = createBroker(url, { resultExpires: 3600 });
    const [id] = await broker.enqueue([
      {
        id: 'poison-1',
        name: poison.taskName,
        queue: 'celery',
        args: { n: 1 },
        priority: 0,
        ignoreResult: false,
        retry: { maxRetries: 3, retryBackoff: 1, retryBackoffMax: 1, retryJitter: false },
      },
    ]);
    start();
    await until(async () => (await broker.state(id!))?.status === 'FAILURE');
    expect((await broker.state(id!))!.error).toMatchObject({ code: 'TASK_WORKER_LOST' });
    expect(kills).toBe(3);
    await until(() => output.includes('told of 1: TASK_WORKER_LOST'));
    await broker.close();
  });
});
