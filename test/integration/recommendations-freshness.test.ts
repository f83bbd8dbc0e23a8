import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recommendCoursesAsync, recommendJobsAsync } from '#src/tasks/recommendations.js';
import { type OpenRecommendations, openRecommendations } from '../support/recommendations.js';

let platform: OpenRecommendations;
beforeAll(async () => {
  platform = await openRecommendations();
});
beforeEach(async () => {
  await platform.empty();
  platform.muchLater();
});
afterAll(() => platform.close());

async function jobsFor(userId: number): Promise<string[]> {
  await recommendJobsAsync({ userId });
  return (await platform.listOf(userId, 'jobs'))!.items.map(({ title }) => title).sort();
}

describe('what recommendations are made of', () => {
  it('is loaded once and used by all tasks of the process', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await jobsFor(userId);
    const before = platform.statements();
    await jobsFor(userId);
    const forOne = platform.statements() - before;
    await Promise.all([recommendJobsAsync({ userId }), recommendCoursesAsync({ userId })]);
    // Loading takes many more.
    expect(platform.statements() - before - forOne).toBeLessThanOrEqual(2 * forOne);
  });

  it('is loaded anew soon after a change, and the old is used meanwhile', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('old', { sql: 1 });
    expect(await jobsFor(userId)).toEqual(['old']);
    await platform.createJob('new', { sql: 1 });
    expect(await jobsFor(userId)).toEqual(['old']);
    platform.later(6);
    await expect.poll(() => jobsFor(userId)).toEqual(['new', 'old']);
  });

  it('knows at once what the user has changed: only what is common to all is kept', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('for sql', { sql: 1 });
    await platform.createJob('for go', { go: 1 });
    expect(await jobsFor(userId)).toEqual(['for sql']);
    await platform.addSkills(userId, { go: 5 });
    expect(await jobsFor(userId)).toEqual(['for go', 'for sql']);
  });

  it.each([
    ['a job is closed', () => platform.db.updateTable('jobs').set({ status: 'closed' }).execute()],
    ['a job is deleted', () => platform.db.deleteFrom('jobs').execute()],
    ['the skills of a job are changed', () => platform.db.deleteFrom('job_skills').execute()],
  ])('is loaded anew when %s', async (_, change) => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('job', { sql: 1 });
    await platform.createJob('other', { css: 1 });
    expect(await jobsFor(userId)).toEqual(['job']);
    await change();
    platform.later(6);
    await expect.poll(() => jobsFor(userId)).not.toEqual(['job']);
  });

  it('is not used when it is older than ten minutes', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('old', { sql: 1 });
    await jobsFor(userId);
    await platform.createJob('new', { sql: 1 });
    platform.later(10 * 60);
    expect(await jobsFor(userId)).toEqual(['new', 'old']);
  });

  it('counts changes by many connections at once without one waiting for the other', async () => {
    const [first, second] = [await platform.createUser({ sql: 3 }), await platform.createUser({ sql: 3 })];
    const change = (userId: number) => platform.addSkills(userId, { go: 5 });
    await platform.skillId('go');
    await platform.db.transaction().execute(async (trx) => {
      await trx.updateTable('user_skills').set({ proficiency: 4 }).where('user_id', '=', first).execute();
      // The transaction is open: this ends only if it does not wait for it.
      await change(second);
    });
    const [{ connections }] = (await platform.db
      .selectFrom('recommendation_changes')
      .select(({ fn }) => fn.countAll<number>().as('connections'))
      .execute()) as [{ connections: number }];
    expect(connections).toBeGreaterThan(1);
  });

  it('is of use still after facts that the engine cannot take', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('job', { sql: 1 });
    const broken = platform.engine.recommend([{ userId } as never], { jobs: 1 }, platform.clock());
    await expect(broken).rejects.toThrow('could not be computed');
    expect(await jobsFor(userId)).toEqual(['job']);
  });

  it('is loaded again by the next task when loading fails', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('job', { sql: 1 });
    await platform.db.schema.alterTable('course_skills').renameTo('course_skills_away').execute();
    await expect(jobsFor(userId)).rejects.toThrow('course_skills');
    await platform.db.schema.alterTable('course_skills_away').renameTo('course_skills').execute();
    expect(await jobsFor(userId)).toEqual(['job']);
  });
});
