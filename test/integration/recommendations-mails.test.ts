import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateDailyRecommendations, recommendCoursesAsync, recommendJobsAsync } from '#src/tasks/recommendations.js';
import { type OpenRecommendations, openRecommendations } from '../support/recommendations.js';

let platform: OpenRecommendations;
beforeAll(async () => {
  platform = await openRecommendations({ jobMatchThreshold: 0.5 });
});
beforeEach(async () => {
  await platform.empty();
  platform.later(86_400);
});
afterAll(() => platform.close());

/** What a job asks for that suits `createFitting` well. */
const fitting = { sql: 1, go: 1, css: 1, git: 1 };
const createFitting = () => platform.createUser({ sql: 5, go: 5, css: 5, git: 5 }, { level: 'mid', location: 'Leeds' });

/** The mails in the outbox: the user, the job and the task's id. */
const mails = async () =>
  (await platform.outbox())
    .filter(({ name }) => name === 'tasks.email_tasks.send_job_match_email')
    .map(({ id, args }) => ({ id, ...(args as { userId: number; jobId: number }) }));
const today = () => platform.clock().toISOString().slice(0, 10);

describe('the mail on a job that suits well', () => {
  it('is enqueued with the list in which the job is new, for the best such job', async () => {
    const userId = await createFitting();
    const best = await platform.createJob('best', fitting);
    await platform.createJob('good', { ...fitting, lua: 1 });
    await recommendJobsAsync({ userId });
    expect(await mails()).toEqual([{ id: `job-match-${userId}-${today()}`, userId, jobId: best }]);
  });

  it('is not enqueued for a job that was in the list before, nor for one that does not suit well enough', async () => {
    const userId = await createFitting();
    await platform.createJob('known', fitting);
    await recommendJobsAsync({ userId });
    await platform.db.deleteFrom('task_outbox').execute();
    await platform.createJob('weak', { sql: 1, lua: 9, perl: 9, ada: 9 });
    platform.later(86_400);
    await recommendJobsAsync({ userId });
    expect((await platform.listOf(userId, 'jobs'))!.items).toHaveLength(2);
    expect(await mails()).toEqual([]);
  });

  it('comes at most once a day to a user, also when the first is out of the outbox', async () => {
    const userId = await createFitting();
    await platform.createJob('first', fitting);
    await recommendJobsAsync({ userId });
    const [first] = await mails();
    await platform.createJob('second', fitting);
    platform.muchLater();
    await recommendJobsAsync({ userId });
    expect(await mails()).toEqual([first]);

    await platform.db.deleteFrom('task_outbox').execute();
    const sent = { status: 'sent', sent_at: platform.clock(), created_at: platform.clock() } as const;
    const row = { unique_key: 'test', user_id: userId, to_address: 'a@example.com', template: 'job_match', ...sent };
    await platform.db.insertInto('mail_log').values(row).execute();
    await platform.createJob('third', fitting);
    platform.muchLater();
    await recommendJobsAsync({ userId });
    expect(await mails()).toEqual([]);

    const fourth = await platform.createJob('fourth', fitting);
    platform.later(86_400);
    await recommendJobsAsync({ userId });
    expect(await mails()).toMatchObject([{ userId, jobId: fourth }]);
  });

  it('is enqueued once by the daily run too, and by several at once', async () => {
    const [ada, ben] = [await createFitting(), await createFitting()];
    await platform.createUser({ lua: 5 });
    await platform.createJob('job', fitting);
    await Promise.all([1, 2, 3].map(() => platform.runBatch(generateDailyRecommendations)));
    expect((await mails()).map(({ userId }) => userId).sort()).toEqual([ada, ben].sort());
  });

  it('is not enqueued when only another kind is computed', async () => {
    const userId = await createFitting();
    await platform.createJob('job', fitting);
    await recommendCoursesAsync({ userId });
    expect(await mails()).toEqual([]);
  });
});
