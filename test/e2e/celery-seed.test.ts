import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { celeryInstalled, type PythonWorker, runExampleViews, startExampleWorker } from '../support/celery/python.js';
import { runCli } from '../support/cli.js';
import { exampleResume, openPlatform, type Platform, signUp } from '../support/platform.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

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
    const { resumeId } = await user.upload(exampleResume);
    const { rows } = await sql<Record<string, number>>`
      SELECT (SELECT min(id) FROM users) AS other_id, (SELECT min(id) FROM jobs) AS job_id,
        (SELECT min(id) FROM courses) AS course_id, (SELECT min(id) FROM posts) AS post_id, id AS session_id, mentor_id
      FROM mentor_sessions ORDER BY status = 'requested' DESC LIMIT 1`.execute(platform.database.db);
    await fetch(`${address}/api/courses/${rows[0]!.course_id}/enroll`, { method: 'POST', headers: user.headers });
    const views = await runExampleViews({ ...rows[0]!, user_id: user.id, resume_id: resumeId }, python);
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

  it('needs to know where Celery is', async () => {
    const { CELERY_BRIDGE_URL: _, ...env } = platform.env as Record<string, string>;
    expect(await runCli(['bridge'], { cwd: platform.cwd, env })).toMatchObject({
      code: 1,
      output: expect.stringContaining('set CELERY_BRIDGE_URL'),
    });
  });
});
