import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled, PythonFailure } from '../support/celery/python.js';
import { redisInstalled } from '../support/redis.mjs';

describe.skipIf(!celeryInstalled || !redisInstalled)('Python callers and our workers', () => {
  let site: Installation;
  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  const failure = async (code: string) => {
    const error = await run(code).catch((thrown: unknown) => thrown);
    if (error instanceof PythonFailure) return error.exception;
    throw new Error(`Python raised nothing: ${JSON.stringify(error)}`);
  };

  beforeAll(async () => {
    site = await openInstallation();
    await site.startWorker();
    await site.startBridge();
  });
  afterAll(() => site.close());

  it('gives delay().get() the answer of our worker', async () => {
    expect(await run('add.delay(1, 2).get(timeout=10)')).toBe(3);
    expect(await run('ids.delay(7, limit=5).get(timeout=10)')).toEqual({ user_id: 7, limit: 5 });
  });

  it('shows AsyncResult what it shows of a Python worker', async () => {
    const seen = await run(
      'r = add.delay(1, 2); r.get(timeout=10); [r.status, r.ready(), r.successful(), r.children, r.date_done is not None]',
    );
    expect(seen).toEqual(['SUCCESS', true, true, [], true]);
  });

  it('raises the class that Python knows', async () => {
    expect(await failure('fail.delay("too long").get(timeout=10)')).toEqual({
      type: 'ValueError',
      module: 'builtins',
      args: ['too long'],
    });
    expect((await failure('ids.delay().get(timeout=10)')).type).toBe('TypeError');
    expect((await failure('add.delay("x", 2).get(timeout=10)')).type).toBe('TypeError');
    expect(await failure('nowhere.delay().get(timeout=10)')).toMatchObject({ type: 'NotRegistered', args: ['nowhere.at_all'] });
  });
});
