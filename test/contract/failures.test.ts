import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coded } from '#src/errors.js';
import { AsyncResult, handle, type TaskMessage, task } from '#src/taskkit/index.js';
import { brokerKinds, gate, type OpenKit, openKit, until } from '../support/kit.js';

const soon = { retryBackoff: 0.05, retryJitter: false, returns: {} };
const flaky = task('tests.failures.flaky', { failures: z.number() }, soon);
const broken = task('tests.failures.broken', { kind: z.string() }, soon);
const stuck = task('tests.failures.stuck', {}, { timeLimit: 0.2, softTimeLimit: 0.05, returns: {} });
const held = task('tests.failures.held', {}, { returns: { runs: z.number() } });
const away = task('tests.failures.away', {}, { ...soon, maxRetries: 0 });

const message = (id: string, name: string, args: TaskMessage['args']): TaskMessage => ({
  id,
  name,
  queue: 'celery',
  args,
  priority: 0,
  ignoreResult: false,
  retry: { maxRetries: 3, retryBackoff: 0.05, retryBackoffMax: 1, retryJitter: false },
});

describe.each(brokerKinds)('when tasks fail on %s', (kind) => {
  let kit: OpenKit;
  const seen: number[] = [];
  const failed: { kind: string; code: string; id: string }[] = [];
  let runs = 0;
  let aborted: unknown;
  let hold = gate();
  let started = gate();
  const handlers = [
    handle(flaky, async ({ failures }, { retries }) => {
      seen.push(retries);
      if (retries < failures) throw new Error(`fault ${retries}`);
      return {};
    }),
    handle(
      broken,
      async ({ kind: how }) => {
        runs++;
        if (how === 'permanent') throw coded('USER_NOT_FOUND', { userId: 7 });
        if (how === 'not an error') throw 'a string with \0';
        throw new Error('always \ud800');
      },
      async (args, { code }, { id }) => {
        failed.push({ ...args, code, id });
        if (failed.length === 1) throw new Error('telling went wrong');
      },
    ),
    handle(stuck, async (_, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted = signal.reason;
      });
      await new Promise(() => undefined);
      return {};
    }),
    handle(held, async () => {
      runs++;
      started.open();
      await hold.opened;
      return { runs };
    }),
    handle(away, async () => {
      runs++;
      if (runs < 3) throw Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
      return {};
    }),
  ];
  beforeAll(async () => {
    kit = await openKit(kind);
  });
  afterAll(() => kit.close());

  it('a temporary fault is retried until it passes, and the handler knows which retry it is', async () => {
    const worker = await kit.startWorker(handlers);
    seen.length = 0;
    const result = await flaky.delay({ failures: 2 });
    await result.get({ timeout: 30 });
    expect(seen).toEqual([0, 1, 2]);
    expect((await result.state())!.retries).toBe(2);
    expect(kit.log.lines.join('\n')).toMatch(
      /retry: in 0\.050s after Error: fault 0[\s\S]*retry: in 0\.100s after Error: fault 1/,
    );
    await worker.stop(10);
  });

  it('waits that are no whole number of milliseconds are as good as any', async () => {
    const worker = await kit.startWorker(handlers);
    const result = await flaky.applyAsync(
      { failures: 2 },
      { retryBackoff: 0.01234, retryJitter: true, countdown: 0.0123, expires: 60.0123 },
    );
    await result.get({ timeout: 30 });
    await worker.stop(10);
  });

  it('while it waits for its next run it is in state RETRY', async () => {
    const worker = await kit.startWorker(handlers);
    const result = await flaky.applyAsync({ failures: 1 }, { retryBackoff: 2 });
    await until(async () => (await result.status()) === 'RETRY');
    await result.get({ timeout: 30 });
    await worker.stop(10);
  });

  it('when retries are used up it is FAILURE, with code, message and stack', async () => {
    const worker = await kit.startWorker(handlers);
    runs = 0;
    const result = await broken.applyAsync({ kind: 'always' }, { maxRetries: 1 });
    await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(runs).toBe(2);
    const state = await result.state();
    expect(state).toMatchObject({ status: 'FAILURE', retries: 1, error: { code: 'Error', message: 'always \ufffd' } });
    expect(state!.error!.stack).toContain('failures.test');
    await worker.stop(10);
  });

  it('a permanent error is not retried, and keeps its code', async () => {
    const worker = await kit.startWorker(handlers);
    runs = 0;
    const result = await broken.delay({ kind: 'permanent' });
    await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'USER_NOT_FOUND' } });
    expect(runs).toBe(1);
    expect(await result.state()).toMatchObject({ retries: 0, error: { message: 'There is no user 7.' } });
    await worker.stop(10);
  });

  it('the handler is told once that its task has failed for good; what goes wrong there changes nothing', async () => {
    const worker = await kit.startWorker(handlers);
    failed.length = 0;
    const first = await broken.applyAsync({ kind: 'always' }, { maxRetries: 2 });
    await expect(first.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'Error' } });
    const second = await broken.delay({ kind: 'permanent' });
    await expect(second.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'USER_NOT_FOUND' } });
    expect(failed).toEqual([
      { kind: 'always', code: 'Error', id: first.id },
      { kind: 'permanent', code: 'USER_NOT_FOUND', id: second.id },
    ]);
    expect(kit.log.lines.join('\n')).toContain(`[${first.id}] could not tell of its failure`);
    await worker.stop(10);
  });

  it('something thrown that is no error is a failure like any other', async () => {
    const worker = await kit.startWorker(handlers);
    const result = await broken.applyAsync({ kind: 'not an error' }, { maxRetries: 0 });
    await expect(result.get({ timeout: 30 })).rejects.toThrow('a string with \ufffd');
    await worker.stop(10);
  });

  it('a bad message from elsewhere ends as FAILURE with a code, and the worker lives on', async () => {
    const worker = await kit.startWorker(handlers);
    await kit.broker.enqueue([
      message('unknown-task', 'tests.failures.no_such_task', {}),
      message('bad-arguments', 'tests.failures.flaky', { failures: 'many' }),
    ]);
    await expect(new AsyncResult('unknown-task').get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'TASK_UNKNOWN' } });
    await expect(new AsyncResult('bad-arguments').get({ timeout: 30 })).rejects.toMatchObject({
      cause: { code: 'TASK_ARGUMENTS_INVALID' },
    });
    expect(await (await flaky.delay({ failures: 0 })).get({ timeout: 30 })).toEqual({});
    await worker.stop(10);
  });

  it('a handler that hangs is told at the soft limit and given up at the hard one', async () => {
    const worker = await kit.startWorker(handlers, { concurrency: 1 });
    const result = await stuck.delay({});
    const next = await flaky.delay({ failures: 0 });
    await expect(result.get({ timeout: 30 })).rejects.toMatchObject({ cause: { code: 'TASK_TIME_LIMIT' } });
    expect(aborted).toMatchObject({ code: 'TASK_SOFT_TIME_LIMIT' });
    await next.get({ timeout: 30 });
    await worker.stop(10);
  });

  it('a run that meets a lost database is taken back and uses up no retry', async () => {
    const worker = await kit.startWorker(handlers);
    runs = 0;
    const result = await away.delay({});
    await result.get({ timeout: 30 });
    expect(runs).toBe(3);
    expect((await result.state())!.retries).toBe(0);
    await worker.stop(10);
  });

  it('a warm shutdown lets running tasks finish and takes no more', async () => {
    [hold, started, runs] = [gate(), gate(), 0];
    const worker = await kit.startWorker(handlers, { concurrency: 1 });
    const running = await held.delay({});
    await started.opened;
    const waiting = await held.delay({});
    const stopped = worker.stop(30);
    hold.open();
    await stopped;
    expect(await running.status()).toBe('SUCCESS');
    expect(await waiting.status()).toBe('PENDING');
    const other = await kit.startWorker(handlers);
    expect(await waiting.get({ timeout: 30 })).toEqual({ runs: 2 });
    await other.stop(10);
  });

  it('what still runs after the grace period is handed back, and another worker runs it at once', async () => {
    [hold, started, runs] = [gate(), gate(), 0];
    const worker = await kit.startWorker(handlers, { name: 'first' });
    const result = await held.delay({});
    await started.opened;
    await worker.stop(0);
    expect(await result.status()).toBe('PENDING');
    hold.open();
    const other = await kit.startWorker(handlers, { name: 'second' });
    expect(await result.get({ timeout: 30 })).toEqual({ runs: 2 });
    expect(await result.state()).toMatchObject({ worker: 'second', retries: 0 });
    await other.stop(10);
  });
});
