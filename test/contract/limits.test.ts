import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handle, task } from '#src/taskkit/index.js';
import { brokerKinds, gate, type OpenKit, openKit, until } from '../support/kit.js';

class Passing extends Error {}
const named = { name: z.string() };
const limited = task('tests.limits.limited', named, { rateLimit: '5/s', returns: {} });
const free = task('tests.limits.free', named, { returns: {} });
const once = task(
  'tests.limits.once',
  { user: z.number(), limit: z.number().optional() },
  { unique: ({ user }) => `${user}`, returns: {} },
);
const held = task('tests.limits.held', {}, { unique: true, returns: {} });
const failing = task('tests.limits.failing', {}, { retryBackoff: 0.05, returns: {} });
const spreading = task('tests.limits.spreading', {}, { returns: {} });
const choosy = task('tests.limits.choosy', named, {
  autoretryFor: [Passing],
  dontAutoretryFor: [TypeError],
  retryBackoff: 0.01,
  returns: {},
});
const polling = task('tests.limits.polling', named, { maxRetries: 2, returns: { tries: z.number() } });

describe.each(brokerKinds)('limits and choices on %s', (kind) => {
  let kit: OpenKit;
  const starts: { name: string; at: number }[] = [];
  let hold = gate();
  let running = gate();
  let runs = 0;
  beforeAll(async () => {
    kit = await openKit(kind);
  });
  afterAll(() => kit.close());
  const startWorker = () =>
    kit.startWorker([
      handle(limited, async ({ name }, { retries }) => {
        starts.push({ name: `${name} ${retries}`, at: Date.now() });
        return {};
      }),
      handle(free, async ({ name }) => {
        starts.push({ name, at: Date.now() });
        return {};
      }),
      handle(once, async () => ({})),
      handle(held, async () => {
        running.open();
        await hold.opened;
        return {};
      }),
      handle(failing, async () => {
        runs++;
        running.open();
        await hold.opened;
        throw new Error('not yet');
      }),
      handle(spreading, async (_, context) => {
        runs++;
        running.open();
        await hold.opened;
        await context.group(async () => [free.s({ name: 'spread' })]);
        return {};
      }),
      handle(choosy, async ({ name }, { retries }) => {
        if (retries > 0) return {};
        if (name === 'passing') throw new Passing('try again');
        if (name === 'type') throw new TypeError('no use');
        throw new Error('not chosen');
      }),
      handle(polling, async ({ name }, { retries, retry }) => {
        if (name === 'never' || retries < 2) retry({ countdown: 0.05, error: new Error('not there yet') });
        return { tries: retries + 1 };
      }),
    ]);

  it('a rate limit spreads the starts of its task, uses up no retry and holds up no other', async () => {
    const worker = await startWorker();
    const results = [];
    for (let n = 0; n < 6; n++) results.push(await limited.delay({ name: 'limited' }));
    await (await free.delay({ name: 'free' })).get({ timeout: 30 });
    expect(starts.filter(({ name }) => name.startsWith('limited')).length).toBeLessThan(6);
    for (const result of results) await result.get({ timeout: 30 });
    const times = starts.filter(({ name }) => name === 'limited 0').map(({ at }) => at);
    expect(times).toHaveLength(6);
    // Five intervals of 200 ms lie between the first and the last; a timer may be a few milliseconds early.
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(5 * 200 - 30);
    expect((await results.at(-1)!.state())!.retries).toBe(0);
    await worker.stop(10);
  });

  it('a unique task waits or runs once at a time; a second call gets the id of the first', async () => {
    const first = await once.delay({ user: 1 });
    const second = await once.delay({ user: 1, limit: 5 });
    const other = await once.delay({ user: 2 });
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    const worker = await startWorker();
    await second.get({ timeout: 30 });
    expect((await once.delay({ user: 1 })).id).not.toBe(first.id);
    [hold, running] = [gate(), gate()];
    const busy = await held.delay({});
    await running.opened;
    expect((await held.delay({})).id).toBe(busy.id);
    hold.open();
    await busy.get({ timeout: 30 });
    await worker.stop(10);
  });

  it('a revoked task that waits or is delayed does not run, and ends as REVOKED', async () => {
    const waiting = await free.delay({ name: 'revoked' });
    const delayed = await free.applyAsync({ name: 'revoked' }, { countdown: 3600 });
    expect([await waiting.revoke(), await delayed.revoke()]).toEqual([true, true]);
    const worker = await startWorker();
    for (const result of [waiting, delayed]) {
      await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'TASK_REVOKED' } });
      expect(await result.status()).toBe('REVOKED');
    }
    expect(starts.some(({ name }) => name === 'revoked')).toBe(false);
    expect(await waiting.revoke()).toBe(false);
    await worker.stop(10);
  });

  it('a task that runs is not revoked, but its retry is', async () => {
    [hold, running] = [gate(), gate()];
    const worker = await startWorker();
    const result = await held.delay({});
    await running.opened;
    expect(await result.revoke()).toBe(false);
    hold.open();
    await result.get({ timeout: 30 });

    [hold, running, runs] = [gate(), gate(), 0];
    const retried = await failing.delay({});
    await running.opened;
    expect(await retried.revoke()).toBe(false);
    hold.open();
    await expect(retried.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'TASK_REVOKED' } });
    expect(await retried.state()).toMatchObject({ status: 'REVOKED', retries: 1 });
    expect(runs).toBe(1);
    await worker.stop(10);
  });

  it('a task that is revoked before it enqueues a group does not enqueue it', async () => {
    [hold, running, runs] = [gate(), gate(), 0];
    const worker = await startWorker();
    starts.length = 0;
    const result = await spreading.delay({});
    await running.opened;
    expect(await result.revoke()).toBe(false);
    hold.open();
    await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'TASK_REVOKED' } });
    expect(runs).toBe(1);
    expect(starts).toEqual([]);
    await worker.stop(10);
  });

  it('a task chooses after which errors it is retried', async () => {
    const worker = await startWorker();
    await (await choosy.delay({ name: 'passing' })).get({ timeout: 30 });
    for (const name of ['type', 'other']) {
      const result = await choosy.delay({ name });
      await expect(result.get({ timeout: 30 })).rejects.toThrow();
      expect((await result.state())!.retries).toBe(0);
    }
    await worker.stop(10);
  });

  it('a handler may ask for another run after a time of its own, until no retry is left', async () => {
    const worker = await startWorker();
    expect(await (await polling.delay({ name: 'soon' })).get({ timeout: 30 })).toEqual({ tries: 3 });
    const never = await polling.delay({ name: 'never' });
    await expect(never.get({ timeout: 30 })).rejects.toThrow('not there yet');
    expect((await never.state())!.retries).toBe(2);
    await until(() => kit.log.lines.some((line) => line.includes('retry: in 0.050s after Error: not there yet')));
    await worker.stop(10);
  });
});
