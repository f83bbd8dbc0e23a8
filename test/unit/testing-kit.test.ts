import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coded } from '#src/errors.js';
import { AsyncResult, chain, chord, chunks, GroupResult, group, handle, map, task } from '#src/taskkit/index.js';
import { type TestKit, type TestKitOptions, testKit } from '#src/taskkit/testing/index.js';

const number = { n: z.number() };
const start = task('tests.kit.start', number, { returns: number, queue: 'numbers' });
const double = task('tests.kit.double', number, { returns: number });
const sum = task('tests.kit.sum', { results: z.array(z.object(number)) }, { returns: number });
const flaky = task('tests.kit.flaky', { fails: z.number() }, { returns: { retries: z.number() }, maxRetries: 2 });
const missing = task('tests.kit.missing', { userId: z.number() }, { returns: {} });
const failed = task('tests.kit.failed', { code: z.string() }, { returns: {} });
const parent = task('tests.kit.parent', { n: z.number() }, { returns: { child: z.string() } });
const batch = task('tests.kit.batch', { count: z.number() }, { returns: { good: z.number() } });

const handlers = [
  handle(start, async ({ n }) => ({ n })),
  handle(double, async ({ n }, { progress }) => {
    await progress({ half: n });
    return { n: 2 * n };
  }),
  handle(sum, async ({ results }) => ({ n: results.reduce((total, { n }) => total + n, 0) })),
  handle(flaky, async ({ fails }, { retries }) => {
    if (retries < fails) throw new Error(`failure ${retries + 1}`);
    return { retries };
  }),
  handle(missing, async ({ userId }) => {
    throw coded('USER_NOT_FOUND', { userId });
  }),
  handle(failed, async () => ({})),
  handle(parent, async ({ n }) => ({ child: (await double.delay({ n })).id })),
  handle(batch, async ({ count }, context) => {
    const outcomes = await context.group(async () => Array.from({ length: count }, (_, n) => start.s({ n })));
    return { good: outcomes.filter((outcome) => 'result' in outcome).length };
  }),
];

let kit: TestKit;
const open = (options: TestKitOptions = {}) => {
  kit = testKit({ handlers, ...options });
  return kit;
};
afterEach(() => kit.close());

describe('a kit that records', () => {
  it('runs nothing, and keeps every call', async () => {
    open();
    const result = await start.applyAsync({ n: 1 }, { countdown: 30, priority: 2, expires: 60 });
    expect(await result.status()).toBe('PENDING');
    expect(kit.enqueued()).toEqual([
      {
        id: result.id,
        name: 'tests.kit.start',
        queue: 'numbers',
        args: { n: 1 },
        priority: 2,
        countdown: 30,
        expires: 60,
        status: 'PENDING',
      },
    ]);
    kit.clear();
    expect(kit.enqueued()).toEqual([]);
  });

  it('refuses a wrong call as a real broker does', async () => {
    open();
    await expect(start.delay({ n: 'one' } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    await expect(start.applyAsync({ n: 1 }, { priority: 10 })).rejects.toMatchObject({ code: 'TASK_OPTIONS_INVALID' });
    expect(kit.enqueued()).toEqual([]);
  });

  it('goes by the routes', async () => {
    open({ routes: { 'tests.kit.*': 'routed' }, defaultQueue: 'default' });
    await double.delay({ n: 1 });
    kit.assertEnqueued(double, {}, { queue: 'routed' });
  });

  it('finds a call by a part of its arguments and by its options', async () => {
    open();
    const eta = new Date(Date.now() + 3_600_000);
    await start.applyAsync({ n: 1 }, { taskId: 'first', eta });
    expect(kit.assertEnqueued(start)).toMatchObject({ id: 'first' });
    kit.assertEnqueued(start, { n: 1 }, { taskId: 'first', eta, queue: 'numbers', priority: 0 });
    kit.refuteEnqueued(start, { n: 2 });
    kit.refuteEnqueued(start, { n: 1 }, { countdown: 30 });
    kit.refuteEnqueued(double);
  });

  it('says what was enqueued instead', async () => {
    open();
    await start.delay({ n: 1 });
    await double.delay({ n: 5 });
    expect(() => kit.assertEnqueued(start, { n: 2 })).toThrow(
      /^tests\.kit\.start was not enqueued with \{ n: 2 \}\.\nEnqueued calls of it:\n {2}\{ n: 1 \} \{ queue: 'numbers', .*\}\nEnqueued calls of other tasks: tests\.kit\.double$/,
    );
    expect(() => kit.assertEnqueued(sum)).toThrow(/Enqueued calls of it:\n {2}none/);
    expect(() => kit.refuteEnqueued(start, { n: 1 })).toThrow('tests.kit.start was enqueued: { n: 1 }');
  });

  it('knows every call of a chain, a group, chunks and a map', async () => {
    open();
    await chain(start.s({ n: 1 }), group(double.s(), double.si({ n: 7 })), sum.s()).delay();
    await chunks(double, [{ n: 10 }, { n: 11 }, { n: 12 }], 2).delay();
    expect(kit.enqueued().map(({ name, args }) => [name, args])).toEqual([
      ['tests.kit.start', { n: 1 }],
      ['tests.kit.double', {}],
      ['tests.kit.double', { n: 7 }],
      ['tests.kit.sum', {}],
      ['tests.kit.double', { n: 10 }],
      ['tests.kit.double', { n: 11 }],
      ['tests.kit.double', { n: 12 }],
    ]);
  });

  it('ignores a second call with the same id', async () => {
    open();
    await start.applyAsync({ n: 1 }, { taskId: 'once' });
    await start.applyAsync({ n: 2 }, { taskId: 'once' });
    expect(kit.enqueued(start).map(({ args }) => args)).toEqual([{ n: 1 }]);
  });

  it('gives a second call of a unique task the id of the first while that has not ended', async () => {
    const only = task('tests.kit.only', number, { returns: number, unique: true });
    open({ handlers: [handle(only, async ({ n }) => ({ n }))] });
    const first = await only.delay({ n: 1 });
    expect((await only.delay({ n: 1 })).id).toBe(first.id);
    expect((await only.delay({ n: 2 })).id).not.toBe(first.id);
    await kit.drain();
    expect((await only.delay({ n: 1 })).id).not.toBe(first.id);
  });

  it('drains what was recorded and what that enqueues, without waiting', async () => {
    open();
    const later = await parent.applyAsync({ n: 4 }, { countdown: 3600 });
    const retried = await flaky.delay({ fails: 2 });
    const lost = await missing.delay({ userId: 7 });
    expect(await kit.drain()).toEqual({ succeeded: 3, failed: 1, retried: 2, revoked: 0, returned: 0 });
    const { child } = await later.get();
    expect(await new AsyncResult(child).state()).toMatchObject({ status: 'SUCCESS', result: { n: 8 }, progress: { half: 4 } });
    expect(await retried.state()).toMatchObject({ status: 'SUCCESS', retries: 2 });
    await expect(lost.get()).rejects.toThrow('There is no user 7.');
    expect(await kit.drain()).toMatchObject({ succeeded: 0, failed: 0 });
  });

  it('revokes what has not run, and what is expired', async () => {
    open();
    const revoked = await start.delay({ n: 1 });
    const expired = await start.applyAsync({ n: 2 }, { expires: -1 });
    expect(await kit.broker.revoke(revoked.id)).toBe('revoked');
    expect(await kit.drain()).toMatchObject({ succeeded: 0, revoked: 2 });
    expect(await revoked.status()).toBe('REVOKED');
    expect(await expired.status()).toBe('REVOKED');
    expect(await kit.broker.revoke(revoked.id)).toBe('ended');
    expect(await kit.broker.revoke('nobody')).toBe('unknown');
  });

  it('refuses the retry of what was revoked while it ran', async () => {
    const revoking = task('tests.kit.revoking', {}, { returns: {} });
    const handler = handle(revoking, async (_, { id }) => {
      expect(await kit.broker.revoke(id)).toBe('running');
      throw new Error('again');
    });
    open({ handlers: [handler] });
    const result = await revoking.delay({});
    expect(await kit.drain()).toMatchObject({ retried: 1, revoked: 1 });
    expect(await result.status()).toBe('REVOKED');
  });

  it('shows sealed arguments as they were given, and hands them to the handler', async () => {
    const secret = task('tests.kit.secret', { key: z.string() }, { sealed: ['key'], returns: { key: z.string() } });
    open({ handlers: [handle(secret, async ({ key }) => ({ key }))] });
    const result = await secret.delay({ key: 'open sesame' });
    kit.assertEnqueued(secret, { key: 'open sesame' });
    expect(JSON.stringify(await kit.broker.state(result.id))).not.toContain('open sesame');
    await kit.drain();
    expect(await result.get()).toEqual({ key: 'open sesame' });
    expect(await kit.performTask(secret, { key: 'open sesame' })).toMatchObject({ result: { key: 'open sesame' } });
  });

  it('says what it cannot do', async () => {
    open();
    await expect(kit.broker.counts()).rejects.toMatchObject({ code: 'TEST_KIT_UNSUPPORTED' });
    await expect(kit.broker.startWorker({} as never)).rejects.toThrow('startWorker');
  });

  it('disconnects when it is closed', async () => {
    open().close();
    await expect(start.delay({ n: 1 })).rejects.toMatchObject({ code: 'TASK_KIT_NOT_CONNECTED' });
  });
});

describe('a transaction of the kit', () => {
  it('enqueues what was left in it once it has ended', async () => {
    open();
    await kit.transaction(async (transaction) => {
      await start.delayOnCommit(transaction, { n: 1 });
      await chain(start.s({ n: 2 }), double.s()).delayOnCommit(transaction);
      expect(kit.enqueued()).toEqual([]);
    });
    expect(kit.enqueued()).toHaveLength(3);
  });

  it('enqueues nothing when it throws', async () => {
    open();
    const work = kit.transaction(async (transaction) => {
      await start.delayOnCommit(transaction, { n: 1 });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    kit.refuteEnqueued(start);
  });

  it('enqueues at once what is left in any other transaction', async () => {
    open();
    await start.delayOnCommit({} as never, { n: 1 });
    kit.assertEnqueued(start, { n: 1 });
  });
});

describe('a kit that runs inline', () => {
  it('has run a task when the call returns', async () => {
    open({ inline: true });
    const result = await start.applyAsync({ n: 1 }, { countdown: 3600 });
    expect(await result.get()).toEqual({ n: 1 });
    expect(kit.assertEnqueued(start)).toMatchObject({ status: 'SUCCESS' });
    expect(await (await parent.delay({ n: 3 })).status()).toBe('SUCCESS');
    kit.assertEnqueued(double, { n: 3 });
  });

  it('runs chains, groups, chords, chunks and maps', async () => {
    open({ inline: true });
    expect(await (await chain(start.s({ n: 3 }), double.s(), double.s()).delay()).get()).toEqual({ n: 12 });
    expect(await (await chain(start.s({ n: 1 }), group(double.s(), double.s()), sum.s()).delay()).get()).toEqual({ n: 4 });
    expect(await (await chord([start.s({ n: 1 }), start.s({ n: 2 })], sum.s()).delay()).get()).toEqual({ n: 3 });
    expect(await (await map(double, [{ n: 1 }, { n: 2 }]).delay()).get()).toEqual([{ n: 2 }, { n: 4 }]);
    const grouped = await group(start.s({ n: 1 }), missing.s({ userId: 7 })).delay();
    expect(await grouped.outcomes()).toMatchObject([{ result: { n: 1 } }, { error: { code: 'USER_NOT_FOUND' } }]);
    expect(await new GroupResult(grouped.id).progress()).toEqual({ total: 2, succeeded: 1, failed: 1 });
    await expect(grouped.join()).rejects.toThrow('There is no user 7.');
  });

  it('runs a group that a handler waits for', async () => {
    open({ inline: true });
    expect(await (await batch.delay({ count: 3 })).get()).toEqual({ good: 3 });
    expect(kit.enqueued(start)).toHaveLength(3);
  });

  it('runs callbacks and errbacks', async () => {
    open({ inline: true });
    await start.s({ n: 1 }).link(double.s()).delay();
    expect(kit.enqueued(double)).toMatchObject([{ args: { n: 1 }, status: 'SUCCESS' }]);
    await missing.s({ userId: 7 }).onError(failed.s()).delay();
    expect(kit.enqueued(failed)).toMatchObject([{ args: { code: 'USER_NOT_FOUND' }, status: 'SUCCESS' }]);
  });

  it('keeps a failure for whoever asks', async () => {
    open({ inline: true });
    const result = await flaky.delay({ fails: 5 });
    expect(await result.state()).toMatchObject({ status: 'FAILURE', retries: 2, error: { message: 'failure 3' } });
  });

  it('throws a failure at the caller when it is told to', async () => {
    open({ inline: true, eagerPropagates: true });
    await expect(missing.delay({ userId: 7 })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    await expect(flaky.delay({ fails: 5 })).rejects.toThrow('failure 3');
    await expect(chain(missing.s({ userId: 7 }), start.s({ n: 1 })).delay()).rejects.toThrow(
      /Not run, because .* There is no user 7/,
    );
    expect(await (await flaky.delay({ fails: 2 })).status()).toBe('SUCCESS');
  });

  it('leaves a task whose database is away where it is', async () => {
    const away = task('tests.kit.away', {}, { returns: {} });
    let reachable = false;
    const handler = handle(away, async () => {
      if (!reachable) throw coded('DATABASE_UNREACHABLE', { address: 'db', reason: 'refused' });
      return {};
    });
    open({ handlers: [handler], inline: true });
    const result = await away.delay({});
    expect(await result.status()).toBe('PENDING');
    reachable = true;
    expect(await kit.drain()).toMatchObject({ succeeded: 1 });
    expect(await result.status()).toBe('SUCCESS');
  });
});

describe('performTask', () => {
  it('gives the result and the progress of one run', async () => {
    open();
    expect(await kit.performTask(double, { n: 2 })).toEqual({ result: { n: 4 }, progress: [{ half: 2 }], members: [] });
    kit.refuteEnqueued(double);
  });

  it('gives the error, and whether it is final', async () => {
    open();
    expect(await kit.performTask(missing, { userId: 7 })).toMatchObject({ error: { code: 'USER_NOT_FOUND' }, final: true });
    expect(await kit.performTask(flaky, { fails: 3 })).toMatchObject({ error: { message: 'failure 1' }, final: false });
    expect(await kit.performTask(flaky, { fails: 3 }, { retries: 2 })).toMatchObject({ final: true });
    expect(await kit.performTask(flaky, { fails: 2 }, { retries: 2 })).toMatchObject({ result: { retries: 2 } });
    expect(await kit.performTask(double, { n: 'two' } as never)).toMatchObject({ error: { code: 'TASK_ARGUMENTS_INVALID' } });
  });

  it('gives what a handler asked to be retried with', async () => {
    open();
    const again = handle(start, async (_, context) => context.retry({ countdown: 5, error: new Error('busy') }));
    expect(await kit.performTask(again, { n: 1 })).toMatchObject({ error: { message: 'busy' }, final: false, countdown: 5 });
    expect(await kit.performTask(again, { n: 1 }, { retries: 3 })).toMatchObject({ final: true });
  });

  it('gives the members a handler waits for, or their outcomes to the handler', async () => {
    open();
    const first = await kit.performTask(batch, { count: 2 }, { id: 'batch-1' });
    expect(first.result).toBeUndefined();
    expect(first.members).toMatchObject([
      { id: 'batch-1-0', name: 'tests.kit.start', args: { n: 0 } },
      { id: 'batch-1-1', name: 'tests.kit.start', args: { n: 1 } },
    ]);
    const outcomes = [{ result: { n: 0 } }, { error: { code: 'Error', message: 'lost' } }];
    expect(await kit.performTask(batch, { count: 2 }, { outcomes })).toMatchObject({ result: { good: 1 } });
  });

  it('refuses a second group, as a worker does', async () => {
    const twice = handle(batch, async (_, context) => {
      await context.group(async () => []);
      await context.group(async () => []);
      return { good: 0 };
    });
    open({ handlers: [twice] });
    const performed = await kit.performTask(batch, { count: 0 }, { outcomes: [] });
    expect(performed).toMatchObject({ error: { code: 'TASK_OPTIONS_INVALID' }, final: true });
  });

  it('needs the handler', async () => {
    open({ handlers: [] });
    await expect(kit.performTask(double, { n: 2 })).rejects.toMatchObject({ code: 'TASK_HANDLER_MISSING' });
  });
});
