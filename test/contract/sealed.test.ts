import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHistory, type History } from '#src/db/history/index.js';
import { chain, connect, createSealer, group, handle, map, task } from '#src/taskkit/index.js';
import { brokerKinds, type OpenKit, openKit } from '../support/kit.js';

const secret = 'the-token-that-nobody-may-read';
const args = { userId: z.number(), key: z.string().min(20), failures: z.number().default(0) };
const options = { sealed: ['key'] as const, maxRetries: 2, retryBackoff: 0.05, returns: { length: z.number() } };
const send = task('tests.sealed.send', args, options);
const once = task('tests.sealed.once', args, { ...options, unique: ({ key }) => String(key) });
const start = task('tests.sealed.start', {}, { returns: { userId: z.number() } });

describe.each(brokerKinds)('sealed arguments on %s', (kind) => {
  let kit: OpenKit;
  let history: History;
  const seen: string[] = [];
  const failed: string[] = [];
  const handlers = [
    ...[send, once].map((sealed) =>
      handle(
        sealed,
        async ({ key, failures = 0 }, { retries }) => {
          seen.push(key);
          if (retries < failures) throw new Error('not yet');
          return { length: key.length };
        },
        async ({ key }) => void failed.push(key),
      ),
    ),
    handle(start, async () => ({ userId: 7 })),
  ];
  const call = { userId: 1, key: secret };

  /** Everything that lies in the database and in Redis, as text. */
  async function everything(): Promise<string> {
    const { db } = kit.database;
    const tables = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'bullmq')
    `.execute(db);
    const texts = [];
    for (const { name } of tables.rows) {
      const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(db);
      texts.push(...rows.map(({ text }) => text));
    }
    if (kit.redis) texts.push(await everythingInRedis(kit.redis.url));
    return texts.join('\n');
  }

  beforeAll(async () => {
    kit = await openKit(kind);
    history = createHistory(kit.database.db, { log: kit.log });
  });
  afterAll(async () => {
    await history.close();
    await kit.close();
  });
  const startWorker = () => kit.startWorker(handlers, { observe: (event) => history.observe(event) });
  const patience = { timeout: 30 };

  it('the handler gets them in clear, and nobody else: not the queue, the outbox, the history or the log', async () => {
    const { db } = kit.database;
    const results = [
      await send.applyAsync({ ...call, failures: 1 }),
      await db.transaction().execute((trx) => send.delayOnCommit(trx, call)),
      await chain(start.s(), send.s({ key: secret })).delay(),
      await group(send.s(call), send.s(call)).delay(),
      await map(send, [call]).delay(),
      await start
        .s()
        .link(send.s({ key: secret }))
        .delay(),
    ];
    const before = await everything();
    expect(before).toContain('tests.sealed.send');
    expect(before).toContain('sealed:v1:');
    expect(before).not.toContain(secret);

    const worker = await startWorker();
    const stopRelay = await kit.startRelay();
    for (const result of results) await result.get(patience);
    await worker.stop(10);
    await stopRelay();
    await history.flush();
    expect(seen.length).toBeGreaterThanOrEqual(7);
    expect(new Set(seen)).toEqual(new Set([secret]));
    expect(await everything()).not.toContain(secret);
    expect(kit.log.lines.join('\n')).not.toContain(secret);
  });

  it('the schema is held against the clear value, at the caller and in the worker', async () => {
    await expect(send.delay({ userId: 1, key: 'short' })).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    const worker = await startWorker();
    expect(await (await send.delay(call)).get(patience)).toEqual({ length: secret.length });
    await worker.stop(10);
  });

  it('calls with the same secret are the same to a unique task', async () => {
    const first = await once.delay(call);
    expect((await once.delay(call)).id).toBe(first.id);
    expect((await once.delay({ ...call, key: `${secret}, another` })).id).not.toBe(first.id);
    await kit.broker.purge('celery');
  });

  it('one that came in clear, from another producer, is taken as it is', async () => {
    const id = `in-clear-${kind}`;
    const retry = { maxRetries: 0, retryBackoff: 0, retryBackoffMax: 0, retryJitter: false };
    const message = { id, name: send.taskName, queue: 'celery', args: call, priority: 0, retry, ignoreResult: false };
    await kit.broker.enqueue([message]);
    const worker = await startWorker();
    await expect.poll(async () => (await kit.broker.state(id))?.status, { timeout: 30_000 }).toBe('SUCCESS');
    await worker.stop(10);
  });

  it('a task that fails tells its handler with the clear value', async () => {
    failed.length = 0;
    const worker = await startWorker();
    const result = await send.delay({ ...call, failures: 9 });
    await expect(result.get(patience)).rejects.toThrow('not yet');
    expect(failed).toEqual([secret]);
    await worker.stop(10);
  });

  it('another key ends the task for good, and says which argument it was', async () => {
    failed.length = 0;
    kit.connectWith({ sealer: createSealer('the key of another machine') });
    const result = await send.delay(call);
    kit.connectWith({});
    const worker = await startWorker();
    await expect(result.get(patience)).rejects.toMatchObject({ cause: { code: 'TASK_SEAL_BROKEN' } });
    await expect(result.get(patience)).rejects.toThrow(/key of tests\.sealed\.send .* SECRET_KEY/);
    expect((await result.state())!.retries).toBe(0);
    expect(failed).toEqual([]);
    await worker.stop(10);
  });

  it('without a sealer the call is refused', async () => {
    const { broker, outbox, routes, defaultQueue, log } = kit;
    connect({ broker, outbox, routes, defaultQueue, log, handlers });
    await expect(send.delay(call)).rejects.toMatchObject({ code: 'TASK_OPTIONS_INVALID' });
    kit.connectWith({});
  });

  it('a call here and now seals nothing', async () => {
    kit.connectWith({ handlers });
    expect(await send({ ...call, key: 'sealed:v1:is-what-this-one-begins-with' })).toEqual({ length: 38 });
    kit.connectWith({});
  });
});

async function everythingInRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const values = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      if (type === 'string') values.push(await redis.get(key));
      else if (type === 'hash') values.push(await redis.hgetall(key));
      else if (type === 'list') values.push(await redis.lrange(key, 0, -1));
      else if (type === 'set') values.push(await redis.smembers(key));
      else if (type === 'zset') values.push(await redis.zrange(key, 0, '-1'));
      else if (type === 'stream') values.push(await redis.xrange(key, '-', '+'));
      else throw new Error(`${key} is a ${type}`);
    }
    return JSON.stringify(values);
  } finally {
    redis.disconnect();
  }
}
