import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { celeryInstalled, type PythonClient, startClient } from '../support/celery/python.js';
import { runCli } from '../support/cli.js';
import { exampleResume, openPlatform, type Platform, signUp } from '../support/platform.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

/** What a Django project has of the tasks that it only calls: their names. */
const stubs = `
def stub(name):
    @app.task(name=name)
    def called(*args, **kwargs):
        raise NotImplementedError(name)
    return called

analyze_resume_async = stub("tasks.resume_tasks.analyze_resume_async")
cleanup_old_resumes = stub("tasks.resume_tasks.cleanup_old_resumes")
check_user_achievements = stub("tasks.achievement_tasks.check_user_achievements")
check_all_user_achievements = stub("tasks.achievement_tasks.check_all_user_achievements")
unlock_achievement_async = stub("tasks.achievement_tasks.unlock_achievement_async")
recommend_jobs_async = stub("tasks.recommendation_tasks.recommend_jobs_async")
recommend_courses_async = stub("tasks.recommendation_tasks.recommend_courses_async")
send_welcome_email = stub("tasks.email_tasks.send_welcome_email")
send_notification_async = stub("tasks.notification_tasks.send_notification_async")
send_batch_notifications = stub("tasks.notification_tasks.send_batch_notifications")
`;

describe.skipIf(!celeryInstalled || !redisInstalled)('A Django project’s lines, with journeyman bridge and worker', () => {
  let platform: Platform;
  let redis: TestRedis;
  let python: PythonClient;
  let user: Awaited<ReturnType<typeof signUp>>;
  let resumeId: number;
  const run = (code: string) => python.run(code, { user_id: user.id, resume_id: resumeId });

  beforeAll(async () => {
    redis = await startRedis();
    platform = await openPlatform('postgres', { CELERY_BRIDGE_URL: redis.url });
    await platform.startWorker('worker');
    await platform.start(['bridge']).says(/bridge ready: takes from celery of redis:/);
    const api = await platform.startApi();
    user = await signUp(api.address, 'sam@example.com');
    resumeId = (await user.upload(exampleResume)).resumeId;
    python = await startClient({ broker_url: redis.url, result_backend: redis.url });
    await python.run(stubs);
  });
  afterAll(async () => {
    await python.close();
    await platform.close();
    await redis.stop();
  });

  it('analyses a resume and answers', async () => {
    expect(await run('analyze_resume_async.delay(resume_id).get(timeout=30)')).toMatchObject({ resumeId, userId: user.id });
  });

  it('chains tasks as the page shows', async () => {
    const code =
      'chain(\n  analyze_resume_async.s(resume_id),\n  check_user_achievements.s(user_id)\n).apply_async().get(timeout=30)';
    expect(await run(code)).toMatchObject({ userId: user.id });
  });

  it('runs a group as the page shows', async () => {
    const code =
      'job = group(\n  recommend_jobs_async.s(user_id),\n  recommend_courses_async.s(user_id)\n)\njob.apply_async().get(timeout=30)';
    expect(await run(code)).toMatchObject([{ userId: user.id }, { userId: user.id }]);
  });

  it('tells AsyncResult the status', async () => {
    expect(
      await run(
        'task_id = recommend_jobs_async.delay(user_id, limit=10).id; AsyncResult(task_id).get(timeout=30); AsyncResult(task_id).status',
      ),
    ).toBe('SUCCESS');
  });

  it.each([
    'send_welcome_email.delay(user_id)',
    'cleanup_old_resumes.delay(days=90)',
    'check_all_user_achievements.delay()',
    'unlock_achievement_async.delay(user_id, "first_post")',
    'send_notification_async.delay(user_id=user_id, notification_type="system", title="Hello", message="World")',
    'send_batch_notifications.delay([{"user_id": user_id, "notification_type": "system", "title": "a", "message": "b"}])',
  ])('%s', async (code) => {
    expect(await run(`${code}.get(timeout=30)`)).toBeTypeOf('object');
  });

  it('is served by a worker that is a bridge too', async () => {
    const worker = platform.start(['worker', '-n', 'both', '--celery']);
    await worker.says(/bridge ready: takes from celery/);
    await worker.says(/both ready/);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
  });

  it('needs to know where Celery is', async () => {
    const { DATABASE_URL } = platform.env;
    expect(await runCli(['bridge'], { cwd: platform.cwd, env: { DATABASE_URL } })).toMatchObject({
      code: 1,
      output: expect.stringContaining('set CELERY_BRIDGE_URL'),
    });
  });

  it('keeps Celery’s id for our own commands', async () => {
    const id = await run('r = recommend_jobs_async.delay(user_id); r.get(timeout=30); r.id');
    const { output } = await runCli(['result', id as string], { cwd: platform.cwd, env: platform.env });
    expect(output).toContain('"status": "SUCCESS"');
  });
});
