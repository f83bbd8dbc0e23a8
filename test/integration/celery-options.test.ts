import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled, PythonFailure } from '../support/celery/python.js';
import { until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

describe.skipIf(!celeryInstalled || !redisInstalled)('Options and states of a Python caller’s tasks', () => {
  let site: Installation;
  const run = (code: string, variables?: Record<string, unknown>) => site.python.run(code, variables);
  const failureOf = async (code: string) => {
    const error = await run(code).catch((thrown: unknown) => thrown);
    if (error instanceof PythonFailure) return error.exception;
    throw new Error(`Python raised nothing: ${JSON.stringify(error)}`);
  };

  beforeAll(async () => {
    site = await openInstallation({ trackStarted: true });
    await site.startWorker();
    await site.startBridge();
  });
  afterAll(() => site.close());

  it('holds a task back until its countdown is over, and leaves nothing in unacked meanwhile', async () => {
    const started = Date.now();
    await run('r = add.apply_async((1, 2), countdown=1)');
    expect(await run('r.get(timeout=10)')).toBe(3);
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(await run('app.connection().default_channel.client.hlen("unacked")')).toBe(0);
  });

  it('takes an eta with its time zone', async () => {
    const code =
      'from datetime import datetime, timedelta, timezone\nadd.apply_async((1, 2), eta=datetime.now(timezone(timedelta(hours=2))) + timedelta(seconds=0.3)).get(timeout=10)';
    expect(await run(code)).toBe(3);
  });

  it('revokes a task that expired', async () => {
    const error = await failureOf('add.apply_async((1, 2), countdown=0.5, expires=0.1).get(timeout=10)');
    expect(error).toEqual({ type: 'TaskRevokedError', module: 'celery.exceptions', args: ['expired'] });
    expect(
      await run(
        'r = add.apply_async((1, 2), countdown=0.5, expires=0.1)\ntry: r.get(timeout=10)\nexcept Exception: pass\nr.status',
      ),
    ).toBe('REVOKED');
  });

  it('ends a task at the limits of the call', async () => {
    expect(await failureOf('slow.apply_async((5,), time_limit=1).get(timeout=10)')).toEqual({
      type: 'TimeLimitExceeded',
      module: 'billiard.exceptions',
      args: [1],
    });
    const soft = await failureOf('slow.apply_async((5,), time_limit=5, soft_time_limit=1).get(timeout=10)');
    expect(soft).toEqual({ type: 'SoftTimeLimitExceeded', module: 'billiard.exceptions', args: [] });
  });

  it('takes tasks of every priority', async () => {
    expect(await run('[add.apply_async((n, 0), priority=n).get(timeout=10) for n in (0, 3, 5, 9)]')).toEqual([0, 3, 5, 9]);
  });

  it('stores nothing of a task whose result is ignored, and runs what follows it', async () => {
    const code =
      'r = add.apply_async((1, 2), ignore_result=True, link=add.s(10).set(task_id="after-ignored")); [AsyncResult("after-ignored").get(timeout=10), AsyncResult(r.id).status]';
    expect(await run(code)).toEqual([13, 'PENDING']);
  });

  it('runs a task under whatever id the caller gives it', async () => {
    for (const id of ['my-id-1', 'user:17/resume', '4711']) {
      expect(await run('add.apply_async((1, 2), task_id=task_id).get(timeout=10)', { task_id: id })).toBe(3);
      expect(await run('AsyncResult(task_id).status', { task_id: id })).toBe('SUCCESS');
    }
  });

  it('takes other queues, send_task, compression and protocol 1', async () => {
    expect(await run('add.apply_async((1, 2), queue="resumes").get(timeout=10)')).toBe(3);
    expect(await run('app.send_task("demo.add", [1], {"b": 2}).get(timeout=10)')).toBe(3);
    expect(await run('add.apply_async((1, 2), compression="gzip").get(timeout=10)')).toBe(3);
    const code =
      'app.conf.task_protocol = 1; r = app.send_task("demo.add", [1, 2]); app.conf.task_protocol = 2; r.get(timeout=10)';
    expect(await run(code)).toBe(3);
  });

  it('tells a caller of start, progress and retry', async () => {
    const watcher = new Redis(site.resultUrl);
    const told: string[] = [];
    watcher.on('pmessage', (_pattern, _channel, text: string) => {
      const { status, result } = JSON.parse(text) as { status: string; result: unknown };
      told.push(status === 'PROGRESS' ? `PROGRESS ${JSON.stringify(result)}` : status);
    });
    await watcher.psubscribe('celery-task-meta-*');
    expect(await run('report.delay(2).get(timeout=10)')).toBe(2);
    expect(await run('recover.delay(1).get(timeout=10)')).toBe(1);
    await until(() => told.filter((status) => status === 'SUCCESS').length === 2);
    watcher.disconnect();
    const progress = [1, 2].map((current) => `PROGRESS {"current":${current},"total":2}`);
    expect(told).toEqual(['STARTED', ...progress, 'SUCCESS', 'STARTED', 'RETRY', 'STARTED', 'SUCCESS']);
  });
});
