import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { celeryInstalled, type PythonWorker, runExampleViews, startExampleWorker } from '../support/celery/python.js';
import { runCli } from '../support/cli.js';
import { exampleResume, openPlatform, type Platform, signUp } from '../support/platform.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

/** What the example calls its tasks with, as its README asks for it. */
const idsQuery = readFileSync(new URL('../../examples/celery/ids.sql', import.meta.url), 'utf8');

describe.skipIf(!celeryInstalled || !redisInstalled)('A Django project’s calls, with journeyman bridge and worker', () => {
  let platform: Platform;
  let redis: TestRedis;
  let pythonWorker: PythonWorker;
  let output: string;
  const cli = (...args: string[]) => runCli(args, { cwd: platform.cwd, env: platform.env });

  beforeAll(async () => {
    redis = await startRedis();
    platform = await openPlatform('postgres', {
      CELERY_BRIDGE_URL: redis.url,
      CELERY_BRIDGE_PYTHON_QUEUES: 'python',
      CELERY_TASK_ROUTES: JSON.stringify({ 'tasks.invoice_tasks.*': 'python' }),
    });
    await cli('seed-demo');
  });
  afterAll(async () => {
    await pythonWorker.stop();
    await platform.close();
    await redis.stop();
  });

  it('all return, and so do the chain, the group and what AsyncResult asks for', { timeout: 180_000 }, async () => {
    await platform.startWorker('worker');
    await platform.start(['bridge']).says(/bridge ready: takes from celery of redis:/);
    const python = { CELERY_BROKER_URL: redis.url };
    pythonWorker = await startExampleWorker(python);
    const { address } = await platform.startApi();
    const user = await signUp(address, 'sam@example.com');
    await user.upload(exampleResume);
    const { rows } = await sql.raw<{ ids: Record<string, number> }>(idsQuery).execute(platform.database.db);
    const views = await runExampleViews(rows[0]!.ids, python);
    ({ output } = views);
    expect(views.code, output).toBe(0);
    expect(output.match(/ SUCCESS /g)).toHaveLength(38 + 3);
  });

  it('gives them our results', () => {
    expect(output).toMatch(/^chain: SUCCESS {"userId": \d+, "unlocked": \[/m);
    expect(output).toMatch(/^group: SUCCESS \[{"userId": \d+, .*{"userId": \d+, /m);
    expect(output).toMatch(/^mixed: SUCCESS {/m);
  });

  it('keeps Celery’s ids for our own commands', async () => {
    const [, id] = /^resumes (\S+): SUCCESS/m.exec(output)!;
    expect((await cli('result', id!)).output).toContain('"status": "SUCCESS"');
  });

  it('is served by a worker that is a bridge too', async () => {
    const worker = platform.start(['worker', '-n', 'both', '--celery']);
    await worker.says(/bridge ready: takes from celery/);
    await worker.says(/both ready/);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });

  it.each([['bridge'], ['worker --celery']])('says at start which tasks only Celery’s callers reach: %s', async (command) => {
    const routes = { CELERY_TASK_ROUTES: '{"tasks.resume_tasks.*": "python"}' };
    const { child, says, ended } = platform.start(command.split(' '), routes);
    await says(/sends .*tasks\.resume_tasks\.analyze_resume_async.* to the queue "python" .* by "tasks\.resume_tasks\.\*"/);
    await says(/ready/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('needs to know where Celery is', async () => {
    const { CELERY_BRIDGE_URL: _, ...env } = platform.env as Record<string, string>;
    expect(await runCli(['bridge'], { cwd: platform.cwd, env })).toMatchObject({
      code: 1,
      output: expect.stringContaining('set CELERY_BRIDGE_URL'),
    });
  });
});
