import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createControlChannel } from '#src/db/control.js';
import { AsyncResult, askWorkers, type ControlCommand, chain, handle, serveControl, task } from '#src/taskkit/index.js';
import { brokerKinds, gate, type OpenKit, openKit, until } from '../support/kit.js';

const held = task('tests.control.held', { text: z.string().default('') }, { returns: {} });
const quick = task('tests.control.quick', {}, { returns: {} });
const elsewhere = task('tests.control.elsewhere', {}, { queue: 'elsewhere', returns: {} });
const slow = task('tests.control.slow', {}, { rateLimit: '1/h', returns: {} });

describe.each(brokerKinds)('control of workers on %s', (kind) => {
  let kit: OpenKit;
  let hold = gate();
  const running = new Set<string>();
  let aborted: unknown;
  const handlers = [
    handle(held, async (_, { id, signal }) => {
      running.add(id);
      signal.addEventListener('abort', () => {
        aborted = signal.reason;
      });
      await hold.opened;
      running.delete(id);
      return {};
    }),
    handle(quick, async () => ({})),
    handle(elsewhere, async () => ({})),
    handle(slow, async () => ({})),
  ];
  const stops: (() => Promise<void>)[] = [];
  const channelOf = () => createControlChannel(kit.database.db, kit.database.url, kit.log);

  /** A worker that answers commands. */
  async function startControlled(name: string, { concurrency = 4 } = {}) {
    const worker = await kit.startWorker(handlers, { name, concurrency });
    const conf = { CELERY_TIMEZONE: 'UTC' };
    const stopControl = await serveControl(channelOf(), {
      worker,
      broker: kit.broker,
      conf,
      shutdown: () => undefined,
      log: kit.log,
    });
    stops.push(async () => {
      await stopControl();
      await worker.stop(0);
    });
    return worker;
  }

  /** What each of the named workers answers. */
  async function ask(command: ControlCommand, expected: string[], destination?: string[]) {
    const { replies, silent } = await askWorkers(channelOf(), command, { expected, destination, timeout: 30 });
    expect(silent).toEqual([]);
    return Object.fromEntries(replies.map(({ worker, reply }) => [worker, reply]));
  }

  beforeAll(async () => {
    kit = await openKit(kind);
  });
  afterEach(async () => {
    hold.open();
    for (const stop of stops.splice(0)) await stop();
    await kit.broker.resumeQueue('celery');
    await kit.broker.purge('celery');
    hold = gate();
    running.clear();
  });
  afterAll(() => kit.close());

  it('each worker answers for itself, and only those that are asked', async () => {
    await startControlled('one');
    await startControlled('two');
    expect(await ask({ name: 'ping' }, ['one', 'two'])).toEqual({ one: { ok: 'pong' }, two: { ok: 'pong' } });
    expect(await ask({ name: 'ping' }, ['two'], ['two'])).toEqual({ two: { ok: 'pong' } });
    expect(await ask({ name: 'registered' }, ['one'], ['one'])).toEqual({
      one: ['tests.control.elsewhere', 'tests.control.held', 'tests.control.quick', 'tests.control.slow'],
    });
    expect(await ask({ name: 'conf' }, ['one'], ['one'])).toEqual({ one: { CELERY_TIMEZONE: 'UTC' } });
  });

  it('a worker that does not answer in time is named', async () => {
    await startControlled('one');
    const { replies, silent } = await askWorkers(channelOf(), { name: 'ping' }, { expected: ['one', 'gone'], timeout: 0.3 });
    expect(replies).toEqual([{ worker: 'one', reply: { ok: 'pong' } }]);
    expect(silent).toEqual(['gone']);
  });

  it('a command it does not know is answered with an error', async () => {
    await startControlled('one');
    const answers = await ask({ name: 'dance' } as never, ['one']);
    expect(answers).toEqual({ one: { error: 'there is no command dance' } });
  });

  it('tells which tasks run, which wait and which wait for a time, with their arguments cut', async () => {
    await startControlled('one', { concurrency: 1 });
    const first = await held.delay({ text: 'x'.repeat(10_000) });
    await until(() => running.has(first.id));
    const second = await held.delay({ text: 'waits' });
    const eta = new Date(Date.now() + 3_600_000);
    const third = await quick.applyAsync({}, { eta });
    const { one: active } = await ask({ name: 'active' }, ['one']);
    const enqueuedAt = expect.any(String);
    expect(active).toEqual([
      {
        id: first.id,
        name: held.taskName,
        queue: 'celery',
        retries: 0,
        enqueuedAt,
        args: expect.any(String),
        startedAt: expect.any(String),
      },
    ]);
    expect((active as { args: string }[])[0]!.args).toHaveLength(200);
    expect(await ask({ name: 'reserved' }, ['one'])).toEqual({
      one: [{ id: second.id, name: held.taskName, queue: 'celery', retries: 0, enqueuedAt, args: '{"text":"waits"}' }],
    });
    const { one: scheduled } = await ask({ name: 'scheduled' }, ['one']);
    expect(scheduled).toEqual([
      { id: third.id, name: quick.taskName, queue: 'celery', retries: 0, enqueuedAt, args: '{}', eta: expect.any(String) },
    ]);
    // BullMQ adds the wait to the time at which it takes the message.
    expect(Math.abs(Date.parse((scheduled as { eta: string }[])[0]!.eta) - eta.getTime())).toBeLessThan(1000);
    const ids = [first.id, second.id, third.id, 'unknown'];
    const { one: found } = await ask({ name: 'query_task', ids }, ['one']);
    expect(found).toMatchObject({ [first.id]: { state: 'active' }, [second.id]: { state: 'reserved' } });
    expect(Object.keys(found as object)).not.toContain('unknown');
    expect(await kit.broker.revoke(third.id)).toBe('revoked');
  });

  it('counts what it has done', async () => {
    const worker = await startControlled('one');
    await (await quick.delay({})).get({ timeout: 30 });
    await (await quick.delay({})).get({ timeout: 30 });
    const run = await held.delay({});
    await until(() => running.has(run.id));
    expect(worker.stats()).toMatchObject({
      pid: process.pid,
      concurrency: 4,
      queues: ['celery'],
      active: 1,
      outcomes: { succeeded: 2, retried: 0, failed: 0, revoked: 0, returned: 0 },
      total: { [quick.taskName]: 2, [held.taskName]: 1 },
    });
    expect(await ask({ name: 'stats' }, ['one'])).toMatchObject({ one: { broker: kit.broker.address } });
  });

  it('a task that runs is terminated: its signal is aborted, it ends as REVOKED and is not retried', async () => {
    const worker = await startControlled('one');
    const run = await held.delay({});
    await until(() => running.has(run.id));
    expect(await kit.broker.revoke(run.id)).toBe('running');
    expect(await ask({ name: 'terminate', ids: [run.id, 'unknown'] }, ['one'])).toEqual({ one: { ok: [run.id] } });
    await expect(run.get({ timeout: 30 })).rejects.toThrow('was revoked');
    expect(await run.state()).toMatchObject({ status: 'REVOKED', retries: 0, error: { code: 'TASK_REVOKED' } });
    expect(aborted).toMatchObject({ code: 'TASK_REVOKED' });
    await until(() => worker.stats().outcomes.revoked === 1);
  });

  it('a task that waits is revoked, and does not run', async () => {
    await startControlled('one', { concurrency: 1 });
    const first = await held.delay({});
    await until(() => running.has(first.id));
    const second = await held.delay({});
    expect(await kit.broker.revoke(second.id)).toBe('revoked');
    hold.open();
    await expect(second.get({ timeout: 30 })).rejects.toThrow('was revoked');
    expect(await second.status()).toBe('REVOKED');
    await first.get({ timeout: 30 });
    expect(await kit.broker.revoke(first.id)).toBe('ended');
    expect(await kit.broker.revoke(randomUUID())).toBe('unknown');
  });

  it('a rate limit that is lifted lets go those that waited for it; a new one holds', async () => {
    const worker = await startControlled('one');
    await (await slow.delay({})).get({ timeout: 30 });
    const waiting = await Promise.all([slow.delay({}), slow.delay({})]);
    await until(async () => (await kit.broker.scheduled(['celery'])).filter(({ name }) => name === slow.taskName).length === 2);
    await ask({ name: 'rate_limit', task: slow.taskName, rate: null }, ['one']);
    for (const run of waiting) await run.get({ timeout: 30 });

    await worker.rateLimit(quick.taskName, '1/h');
    await (await quick.delay({})).get({ timeout: 30 });
    const next = await quick.delay({});
    await until(async () => (await kit.broker.scheduled(['celery'])).some(({ id }) => id === next.id));
    await worker.rateLimit(quick.taskName, '1000/s');
    await next.get({ timeout: 30 });
    await expect(worker.rateLimit(quick.taskName, 'often')).rejects.toThrow('rateLimit is "often"');
    expect(await ask({ name: 'rate_limit', task: quick.taskName, rate: 'often' }, ['one'])).toEqual({
      one: { error: expect.stringContaining('rateLimit is "often"') },
    });
  });

  it('a time limit holds for the runs that start after it was set', async () => {
    await startControlled('one');
    await ask({ name: 'time_limit', task: held.taskName, soft: 0.1, hard: 0.2 }, ['one']);
    const run = await held.delay({});
    await expect(run.get({ timeout: 30 })).rejects.toThrow('limit of 0.2 s');
  });

  it('tells which limits were changed since it started', async () => {
    const worker = await startControlled('one');
    expect(worker.stats()).toMatchObject({ rateLimits: {}, timeLimits: {} });
    await ask({ name: 'rate_limit', task: quick.taskName, rate: '10/s' }, ['one']);
    await ask({ name: 'rate_limit', task: quick.taskName, rate: '100/m' }, ['one']);
    await ask({ name: 'rate_limit', task: slow.taskName, rate: null }, ['one']);
    await ask({ name: 'rate_limit', task: held.taskName, rate: 'often' }, ['one']);
    await ask({ name: 'time_limit', task: held.taskName, soft: 5, hard: 10 }, ['one']);
    expect(await ask({ name: 'stats' }, ['one'])).toMatchObject({
      one: {
        rateLimits: { [quick.taskName]: '100/m', [slow.taskName]: null },
        timeLimits: { [held.taskName]: { soft: 5, hard: 10 } },
      },
    });
  });

  it('grows while a task runs, and shrinks without ending any', async () => {
    const worker = await startControlled('one', { concurrency: 1 });
    const runs = [await held.delay({}), await held.delay({}), await held.delay({})];
    await until(() => running.size === 1);
    expect(await ask({ name: 'pool_grow', n: 2 }, ['one'])).toEqual({ one: { ok: '3 tasks of each queue at once' } });
    await until(() => running.size === 3);
    expect(await ask({ name: 'pool_shrink', n: 2 }, ['one'])).toEqual({ one: { ok: '1 tasks of each queue at once' } });
    expect(running.size).toBe(3);
    expect(worker.concurrency).toBe(1);
    hold.open();
    for (const run of runs) await run.get({ timeout: 30 });
    hold = gate();
    const [next, last] = [await held.delay({}), await held.delay({})];
    await until(() => running.size === 1);
    expect(running.size).toBe(1);
    hold.open();
    for (const run of [next, last]) await run.get({ timeout: 30 });
    expect(await ask({ name: 'pool_shrink', n: 1 }, ['one'])).toEqual({ one: { error: expect.stringContaining('at least 1') } });
  });

  it('serves a queue too, and no more', async () => {
    const worker = await startControlled('one');
    await ask({ name: 'add_consumer', queue: 'elsewhere' }, ['one']);
    await ask({ name: 'add_consumer', queue: 'elsewhere' }, ['one']);
    expect(worker.queues).toEqual(['celery', 'elsewhere']);
    await (await elsewhere.delay({})).get({ timeout: 30 });
    await ask({ name: 'cancel_consumer', queue: 'elsewhere' }, ['one']);
    await ask({ name: 'cancel_consumer', queue: 'elsewhere' }, ['one']);
    expect(worker.queues).toEqual(['celery']);
    const left = await elsewhere.delay({});
    await (await quick.delay({})).get({ timeout: 30 });
    expect(await left.status()).toBe('PENDING');
    await worker.addConsumer('elsewhere');
    await left.get({ timeout: 30 });
  });

  it('a queue that is left lets its running tasks finish', async () => {
    const worker = await startControlled('one');
    const run = await held.delay({});
    await until(() => running.has(run.id));
    worker.cancelConsumer('celery');
    expect(worker.queues).toEqual([]);
    expect(worker.active().map(({ id }) => id)).toEqual([run.id]);
    hold.open();
    await run.get({ timeout: 30 });
  });

  it('a paused queue keeps its tasks from every worker until it is resumed', async () => {
    await startControlled('one');
    await kit.broker.pauseQueue('celery');
    expect(await ask({ name: 'active_queues' }, ['one'])).toEqual({ one: [{ name: 'celery', paused: true }] });
    const run = await quick.delay({});
    expect((await kit.broker.counts()).find(({ queue }) => queue === 'celery')).toMatchObject({ waiting: 1 });
    const prioritized = await quick.applyAsync({}, { priority: 5 });
    const more = [];
    for (let index = 0; index < 60; index++) more.push(await quick.applyAsync({}, { taskId: `queued-${index}` }));
    await prioritized.status();
    const first = (await kit.broker.waiting(['celery'])).map(({ id }) => id);
    expect(first).toHaveLength(50);
    expect(first[0]).toBe(run.id);
    for (const { id } of more.slice(0, 40)) expect(first).toContain(id);
    await kit.broker.resumeQueue('celery');
    await run.get({ timeout: 30 });
    expect(await kit.broker.isQueuePaused('celery')).toBe(false);
  });

  it('purges what waits, whatever its priority; what runs or waits for a time stays, and what came after fails', async () => {
    const worker = await startControlled('one', { concurrency: 1 });
    const run = await held.delay({});
    await until(() => running.has(run.id));
    const purged = [await quick.delay({}), await quick.applyAsync({}, { priority: 5 }), await quick.delay({})];
    const later = await quick.applyAsync({}, { countdown: 3600 });
    const last = await chain(quick.si({}), held.si({}), held.si({})).delay();
    expect(await kit.broker.purge('celery')).toBe(4);
    for (const { id } of purged) expect(await new AsyncResult(id).state()).toBeUndefined();
    expect(await later.status()).toBe('PENDING');
    expect(await kit.broker.revoke(later.id)).toBe('revoked');
    hold.open();
    await run.get({ timeout: 30 });
    await expect(last.get({ timeout: 30 })).rejects.toThrow('There is no trace of this task');
    expect(worker.active()).toEqual([]);
  });

  it('messages are gone from the table after a minute', async () => {
    const { db } = kit.database;
    await db
      .insertInto('control_messages')
      .values({ message: '1', created_at: new Date(Date.now() - 61_000) })
      .execute();
    await channelOf().send('nobody', null);
    expect(
      await db
        .selectFrom('control_messages')
        .select('id')
        .where('created_at', '<', new Date(Date.now() - 60_000))
        .execute(),
    ).toEqual([]);
  });
});
