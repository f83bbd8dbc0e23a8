import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callsAtOnce } from '#src/celery/index.js';
import { createBeatStore } from '#src/db/schedule.js';
import {
  type AsyncResult,
  celeryTask,
  chain,
  group,
  handle,
  type RunningWorker,
  resolveSchedule,
  startBeat,
  task,
} from '#src/taskkit/index.js';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled, type PythonWorker } from '../support/celery/python.js';
import { taskContext, until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

const queue = 'python';
const numbers = { a: z.number(), b: z.number() };
const pythonAdd = celeryTask('python.add', numbers, { queue, returns: z.number() });
const pythonPair = celeryTask('python.pair', numbers, { queue, returns: z.object(numbers) });
const pythonFail = celeryTask('python.fail', { message: z.string() }, { queue, returns: z.null() });
const pythonSlow = celeryTask('python.slow', { seconds: z.number() }, { queue, returns: z.number() });
const pythonReport = celeryTask('python.report', { steps: z.number() }, { queue, returns: z.number() });
const pythonCount = celeryTask('python.count', { key: z.string() }, { queue, returns: z.number() });
const pythonSilent = celeryTask('python.silent', { userId: z.number() }, { queue, ignoreResult: true, returns: z.null() });
const missing = celeryTask('python.not_written', {}, { queue, returns: z.null() });

const double = task('outbound.double', numbers, { returns: numbers });
const sum = task('outbound.sum', { results: z.array(z.number()) }, { returns: { sum: z.number() } });

describe.skipIf(!celeryInstalled || !redisInstalled)('Tasks that live in a Python worker', () => {
  let site: Installation;
  let python: PythonWorker;
  let calls: RunningWorker;
  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  const startCalls = (name = 'calls') =>
    site.kit.startWorker(site.celery.callHandlers(), { name, queues: [queue], concurrency: callsAtOnce, timeLimit: 1800 });
  const endOf = async (result: AsyncResult<unknown>) => {
    await until(async () => ['SUCCESS', 'FAILURE', 'REVOKED'].includes(await result.status()));
    return result.state();
  };

  beforeAll(async () => {
    site = await openInstallation();
    await site.kit.startWorker([
      handle(double, async ({ a, b }) => ({ a: 2 * a, b: 2 * b })),
      handle(sum, async ({ results }) => ({ sum: results.reduce((total, value) => total + value, 0) })),
    ]);
    calls = await startCalls();
    python = await site.startPythonWorker([queue], ['-P', 'prefork', '-c', '1']);
  });
  afterAll(() => site.close());

  it('give their result to whoever calls them here, and to Python under the same id', async () => {
    const result = await pythonAdd.delay({ a: 1, b: 2 });
    expect(await result.get({ timeout: 20 })).toBe(3);
    expect(await run('AsyncResult(id).get(timeout=5)', { id: result.id })).toBe(3);
  });

  it('are refused here when their arguments are wrong', async () => {
    await expect(pythonAdd.delay({ a: 1, b: 'two' as never })).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });

  it('fail with Python’s exception as their code', async () => {
    const state = await endOf(await pythonFail.delay({ message: 'no stock' }));
    expect(state).toMatchObject({ status: 'FAILURE', retries: 0, error: { code: 'OrderError', message: 'no stock, 7' } });
    expect(state!.error!.stack).toContain('python_fail');
    expect(await endOf(await missing.delay({}))).toMatchObject({ status: 'FAILURE', error: { code: 'NotRegistered' } });
  });

  it('are called anew, under another id there, when that is asked for', async () => {
    const result = await pythonFail.applyAsync({ message: 'again' }, { maxRetries: 2, retryBackoff: 0.05 });
    expect(await endOf(result)).toMatchObject({ status: 'FAILURE', retries: 2 });
  });

  it('are steps of chains and members of groups', async () => {
    const chained = await chain(double.s({ a: 1, b: 2 }), pythonPair.s(), double.s()).delay();
    expect(await chained.get({ timeout: 20 })).toEqual({ a: 4, b: 8 });
    const members = [1, 2, 3].map((a) => pythonAdd.s({ a, b: 10 }));
    const summed = await chain(group(...members), sum.s()).delay();
    expect(await summed.get({ timeout: 20 })).toEqual({ sum: 36 });
  });

  it('tell of their progress', async () => {
    const result = await pythonReport.delay({ steps: 4 });
    await until(async () => ((await result.state())?.progress as { total?: number } | undefined)?.total === 4);
    expect(await result.get({ timeout: 20 })).toBe(4);
  });

  it('have ended once they are sent where Python stores no result', async () => {
    expect(await (await pythonSilent.delay({ userId: 17 })).get({ timeout: 20 })).toBeNull();
    await until(async () => (await run('app.backend.client.lrange("silent", 0, -1) == [b"17"]')) === true);
  });

  it('are sent by the schedule', async () => {
    const { db } = site.kit.database;
    const entries = resolveSchedule({ count: { task: pythonCount, schedule: 1, args: { key: 'scheduled' } } }, 'UTC');
    await site.kit.startRelay();
    const stop = await startBeat({ entries, store: createBeatStore(db), log: site.kit.log });
    await until(async () => ((await run('int(app.backend.client.get("scheduled") or 0)')) as number) >= 1);
    await stop();
  });

  it('are sent once, however often their call is run', async () => {
    const [handler] = site.celery.callHandlers().filter((candidate) => candidate.task.taskName === 'python.count');
    const context = taskContext({ id: 'run-often', queue });
    const call = () => handler!.run({ key: 'often' }, context);
    expect(await Promise.all([call(), call()])).toEqual([1, 1]);
    expect(await call()).toBe(1);
    expect(await run('int(app.backend.client.get("often"))')).toBe(1);
  });

  it('are waited for by another process when the one that called them stops', async () => {
    const result = await pythonSlow.delay({ seconds: 2 });
    await until(() => calls.active().length === 1);
    await calls.stop(0);
    calls = await startCalls('other-calls');
    expect(await result.get({ timeout: 20 })).toBe(2);
    expect(await result.state()).toMatchObject({ worker: 'other-calls', retries: 0 });
  });

  it('are ended in Python too when they are revoked', async () => {
    const result = await pythonSlow.delay({ seconds: 60 });
    await until(() => calls.active().some(({ id }) => id === result.id));
    await until(async () => (await run('app.control.inspect(timeout=2).query_task(id)', { id: result.id })) !== null);
    calls.terminate(result.id);
    expect(await endOf(result)).toMatchObject({ status: 'REVOKED' });
    await until(async () => (await run('AsyncResult(id).status', { id: result.id })) === 'REVOKED');
  });

  it('wait in our queue when more are called than one process waits for', async () => {
    await python.stop();
    const count = 2 * callsAtOnce + 50;
    const results: AsyncResult<number>[] = [];
    for (let a = 0; a < count; a++) results.push(await pythonAdd.delay({ a, b: 1 }));
    await until(() => calls.active().length === callsAtOnce);
    python = await site.startPythonWorker([queue], ['-P', 'prefork', '-c', '1']);
    const values = await Promise.all([0, callsAtOnce, count - 1].map((index) => results[index]!.get()));
    expect(values).toEqual([1, callsAtOnce + 1, count]);
    await until(() => calls.active().length === 0);
    expect(calls.stats().outcomes).toMatchObject({ failed: 0 });
  }, 120_000);
});
