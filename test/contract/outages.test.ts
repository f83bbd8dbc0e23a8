import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDatabase } from '#src/db/database.js';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import { migrate } from '#src/db/migrate.js';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker, handle, migrateBroker, startRelay, task } from '#src/taskkit/index.js';
import { brokerKinds, gate, memoryLog, until } from '../support/kit.js';
import { startRedis } from '../support/redis.mjs';

const count = task('tests.outages.count', { n: z.number() }, { returns: { n: z.number() } });
const held = task('tests.outages.held', {}, { returns: {} });

describe.each(brokerKinds)('a restart of the servers under a running worker, on %s', (kind) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-outage-'));
  const log = memoryLog();
  const runs: number[] = [];
  let hold = gate();
  let started = gate();
  let closers: (() => Promise<unknown>)[] = [];
  let restartPostgres: () => Promise<void>;
  let restartBroker: () => Promise<void>;
  let kit: { broker: ReturnType<typeof createBroker>; db: ReturnType<typeof createDatabase> };

  beforeAll(async () => {
    // As root, the server runs as another user, who must enter the folder.
    chmodSync(folder, 0o711);
    const options = { folder, fallbackFolder: path.join(folder, 'fallback'), log };
    const server = await startEmbedded(options);
    closers.push(() => stopEmbedded(folder, options.fallbackFolder));
    restartPostgres = async () => {
      await stopEmbedded(folder, options.fallbackFolder);
      expect((await startEmbedded(options)).url).toBe(server.url);
    };
    await migrate(server.url);
    const redis = kind === 'redis' ? await startRedis() : undefined;
    if (redis) closers.push(() => redis.stop());
    restartBroker = redis?.restart ?? restartPostgres;
    const brokerUrl = redis?.url ?? server.url;
    await migrateBroker(brokerUrl);
    const db = createDatabase(server.url);
    const broker = createBroker(brokerUrl, { resultExpires: 3600 });
    const outbox = createOutbox(db, server.url);
    connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log, handlers: [] });
    const handlers = [
      handle(count, async ({ n }) => {
        await sql`select pg_sleep(0.01)`.execute(db);
        runs.push(n);
        return { n };
      }),
      handle(held, async () => {
        started.open();
        await hold.opened;
        await sql`select 1`.execute(db);
        return {};
      }),
    ];
    const worker = await broker.startWorker({ handlers, queues: ['celery'], concurrency: 4, name: 'worker', timeLimit: 60, log });
    const stopRelay = await startRelay(outbox, broker, log);
    closers.push(
      () => broker.close(),
      () => db.destroy(),
      () => worker.stop(0),
      stopRelay,
    );
    kit = { broker, db };
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    closers = [];
    connect(undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  it('the broker comes back: the task in flight and those that waited succeed, none is reported failed', async () => {
    [hold, started] = [gate(), gate()];
    const inFlight = await held.delay({});
    await started.opened;
    const waiting = [];
    for (let n = 0; n < 30; n++) waiting.push(await count.delay({ n }));
    await restartBroker();
    hold.open();
    expect(await inFlight.get({ timeout: 50 })).toEqual({});
    for (const [n, result] of waiting.entries()) expect(await result.get({ timeout: 50 })).toEqual({ n });
    expect((await inFlight.state())!.retries).toBe(0);
    expect(await (await count.delay({ n: 99 })).get({ timeout: 50 })).toEqual({ n: 99 });
    expect(log.lines.filter((line) => line.includes(' raised '))).toEqual([]);
  });

  it('the database is away while tasks run: they are taken back and succeed when it is there again', async () => {
    [hold, started] = [gate(), gate()];
    const inFlight = await held.delay({});
    await started.opened;
    await restartPostgres();
    hold.open();
    const others = await Promise.all([101, 102, 103].map((n) => count.delay({ n })));
    await inFlight.get({ timeout: 50 });
    for (const other of others) await other.get({ timeout: 50 });
    expect(log.lines.filter((line) => line.includes(' raised '))).toEqual([]);
  });

  it('the outbox relay goes on by itself after a restart', async () => {
    await restartPostgres();
    let id = '';
    await until(async () => {
      try {
        id = await kit.db.transaction().execute(async (trx) => (await count.delayOnCommit(trx, { n: 200 })).id);
        return true;
      } catch {
        return false;
      }
    });
    await until(async () => (await kit.broker.state(id))?.status === 'SUCCESS');
    expect(runs).toContain(200);
  });
});
