import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  batchRecommendJobs,
  generateDailyRecommendations,
  recommendationKinds,
  recommendChunk,
  recommendCoursesAsync,
  recommendJobsAsync,
  recommendMentorsAsync,
  recommendSkillsAsync,
  recommendTasks,
} from '#src/tasks/recommendations.js';
import { holding } from '../support/holding.js';
import { activeUserDays, type OpenRecommendations, openRecommendations } from '../support/recommendations.js';

let platform: OpenRecommendations;
beforeAll(async () => {
  platform = await openRecommendations();
});
beforeEach(async () => {
  await platform.empty();
  platform.muchLater();
});
afterAll(() => platform.close());

const titlesOf = async (userId: number, kind: (typeof recommendationKinds)[number]) =>
  (await platform.listOf(userId, kind))!.items.map(({ title }) => title);

/** A small town: something of every kind for everybody. */
async function createTown() {
  const ada = await platform.createUser({ sql: 5, go: 4 }, { name: 'Ada', level: 'mid', location: 'Leeds' });
  const ben = await platform.createUser({ sql: 3, css: 4 }, { name: 'Ben' });
  const cleo = await platform.createUser({}, { name: 'Cleo' });
  const backEnd = await platform.createJob('Back-End Engineer', { sql: 3, go: 4, docker: 2 });
  const frontEnd = await platform.createJob('Front-End Engineer', { css: 4, react: 3 });
  const docker = await platform.createCourse('Docker in Practice', ['docker']);
  const react = await platform.createCourse('React', ['react']);
  const mentor = await platform.createMentor('Mia', ['docker', 'react']);
  return { ada, ben, cleo, backEnd, frontEnd, docker, react, mentor };
}

describe('the task of each kind', () => {
  it('stores what suits the user, with the score, the reason and the facts, for a day and a half', async () => {
    const { ada, backEnd } = await createTown();
    expect(await recommendJobsAsync({ userId: ada })).toEqual({ userId: ada, kind: 'jobs', items: 1 });
    const list = (await platform.listOf(ada, 'jobs'))!;
    expect(list).toMatchObject({
      computedAt: platform.clock(),
      expiresAt: new Date(platform.clock().getTime() + 36 * 3_600_000),
    });
    expect(list.items).toEqual([
      {
        id: backEnd,
        title: 'Back-End Engineer',
        subtitle: expect.stringContaining('Company of Back-End Engineer'),
        score: expect.any(Number),
        reason: expect.stringContaining('Test go'),
        matched: ['Test go', 'Test sql'],
        missing: ['Test docker'],
      },
    ]);
  });

  it('recommends courses and mentors for what the user’s best jobs ask for and the user lacks, and skills that go with the held ones', async () => {
    const { ada, mentor } = await createTown();
    await recommendCoursesAsync({ userId: ada });
    await recommendMentorsAsync({ userId: ada });
    await recommendSkillsAsync({ userId: ada });
    expect(await titlesOf(ada, 'courses')).toEqual(['Docker in Practice']);
    expect((await platform.listOf(ada, 'mentors'))!.items).toMatchObject([{ id: mentor, title: 'Mia' }]);
    expect(await titlesOf(ada, 'skills')).toEqual(['Test docker']);
  });

  it('recommends what is popular to a user without skills', async () => {
    const { cleo } = await createTown();
    for (const kind of recommendationKinds) {
      await recommendTasks[kind]({ userId: cleo });
      const { items } = (await platform.listOf(cleo, kind))!;
      expect(items.length, kind).toBeGreaterThan(0);
      expect(items.every(({ score }) => score === 0)).toBe(true);
    }
  });

  it('never recommends what the user has to do with already, has dismissed, or is', async () => {
    const { ada, ben, backEnd, docker, mentor } = await createTown();
    const second = await platform.createJob('Second Engineer', { sql: 3, go: 4, docker: 2 });
    const dismissed = await platform.createJob('Dismissed Engineer', { sql: 3, go: 4 });
    await platform.apply(ada, backEnd);
    await platform.dismissed(ada, 'jobs', dismissed);
    await platform.enroll(ada, docker);
    await platform.connectPeople(ben, ada);
    const session = { topic: 'Docker', proposed_at: platform.clock() };
    await platform.db
      .insertInto('mentor_sessions')
      .values({ ...session, mentor_id: mentor, mentee_id: ada })
      .execute();
    for (const kind of recommendationKinds) await recommendTasks[kind]({ userId: ada });

    const ids = async (kind: (typeof recommendationKinds)[number]) =>
      (await platform.listOf(ada, kind))!.items.map(({ id }) => id);
    expect(await ids('jobs')).toEqual([second]);
    expect(await ids('courses')).not.toContain(docker);
    expect(await ids('mentors')).toEqual([]);
    expect(await ids('connections')).not.toContain(ada);
    expect(await ids('connections')).not.toContain(ben);
  });

  it('stores no more than asked for, and an empty list when there is nothing', async () => {
    const userId = await platform.createUser({ sql: 3 });
    expect(await recommendJobsAsync({ userId })).toMatchObject({ items: 0 });
    expect((await platform.listOf(userId, 'jobs'))!.items).toEqual([]);
    for (let at = 0; at < 5; at += 1) await platform.createJob(`job ${at}`, { sql: 1 });
    platform.muchLater();
    expect(await recommendJobsAsync({ userId, limit: 3 })).toMatchObject({ items: 3 });
  });

  it('keeps hostile texts as they are', async () => {
    const userId = await platform.createUser({ sql: 3 });
    const title = `'; DROP TABLE jobs; -- <script>"{{ x }}" \\u0000 🎉`;
    await platform.createJob(title, { sql: 1 });
    await recommendJobsAsync({ userId });
    expect(await titlesOf(userId, 'jobs')).toEqual([title]);
  });

  it('replaces what was stored before, but not what is newer', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('first', { sql: 1 });
    await recommendJobsAsync({ userId });
    const newer = new Date(platform.clock().getTime() + 3_600_000);
    await platform.db.updateTable('recommendations').set({ computed_at: newer }).execute();
    await platform.createJob('second', { sql: 1 });
    platform.muchLater();
    await recommendJobsAsync({ userId });
    expect(await titlesOf(userId, 'jobs')).toEqual(['first']);
    platform.later(3600);
    await recommendJobsAsync({ userId });
    expect((await titlesOf(userId, 'jobs')).sort()).toEqual(['first', 'second']);
  });

  it('notes when something was in the list that was not there before', async () => {
    const userId = await platform.createUser({ sql: 3 });
    const renewedAt = async () => (await platform.listOf(userId, 'jobs'))!.renewedAt;
    const first = await platform.createJob('first', { sql: 1 });
    await recommendJobsAsync({ userId });
    const atFirst = platform.clock();
    expect(await renewedAt()).toEqual(atFirst);
    platform.muchLater();
    await recommendJobsAsync({ userId });
    expect(await renewedAt()).toEqual(atFirst);
    await platform.createJob('second', { sql: 1 });
    platform.muchLater();
    await recommendJobsAsync({ userId });
    const atSecond = platform.clock();
    expect(await renewedAt()).toEqual(atSecond);
    await platform.apply(userId, first);
    platform.muchLater();
    await recommendJobsAsync({ userId });
    expect(await renewedAt()).toEqual(atSecond);
  });

  it('stores one list when five runs meet', async () => {
    const userId = await platform.createUser({ sql: 3 });
    await platform.createJob('one', { sql: 1 });
    await Promise.all([1, 2, 3, 4, 5].map(() => recommendJobsAsync({ userId })));
    expect(await platform.allLists()).toHaveLength(1);
  });

  it('fails for good for an unknown user, and stores nothing for one whose account is closed', async () => {
    await expect(recommendJobsAsync({ userId: 999_999_999 })).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
    const userId = await platform.createUser({ sql: 3 }, { is_active: false });
    expect(await recommendJobsAsync({ userId })).toEqual({ userId, kind: 'jobs', items: 0, skipped: 'inactive user' });
    expect(await platform.allLists()).toEqual([]);
  });

  it.each([{ userId: 0 }, { userId: 1, limit: 0 }, { userId: 1, limit: 101 }, { userId: 1, limit: 1.5 }, { user_id: 1 }])(
    'has a contract that refuses %o',
    (args) => {
      for (const kind of recommendationKinds) expect(recommendTasks[kind].schema.safeParse(args).success).toBe(false);
    },
  );
});

describe('generate_daily_recommendations', () => {
  it('gives every active user the same lists as the tasks of one user do', async () => {
    const { ada, ben, cleo, mentor } = await createTown();
    const { result } = await platform.runBatch(generateDailyRecommendations);
    expect(result).toEqual({ users: 4, stored: 20, chunks: 1 });
    const stored = await platform.allLists();
    expect(stored).toHaveLength(20);
    await platform.db.deleteFrom('recommendations').execute();
    for (const userId of [ada, ben, cleo, mentor]) {
      for (const kind of recommendationKinds) await recommendTasks[kind]({ userId });
    }
    expect(await platform.allLists()).toEqual(stored);
  });

  it('leaves out users who are not active', async () => {
    const long = new Date(platform.clock().getTime() - (activeUserDays + 1) * 86_400_000);
    await platform.createUser({}, { last_seen_at: long });
    await platform.createUser({}, { is_active: false });
    const here = await platform.createUser();
    const { result } = await platform.runBatch(generateDailyRecommendations);
    expect(result).toEqual({ users: 1, stored: 5, chunks: 1 });
    expect(new Set((await platform.allLists()).map(([userId]) => userId))).toEqual(new Set([here]));
  });

  it('does nothing on an empty platform', async () => {
    expect((await platform.runBatch(generateDailyRecommendations)).result).toEqual({ users: 0, stored: 0, chunks: 0 });
  });

  it('changes nothing when it runs again, and several at once store the same', async () => {
    await createTown();
    await platform.runBatch(generateDailyRecommendations);
    const stored = await platform.allLists();
    const runs = [1, 2, 3].map(() => platform.runBatch(generateDailyRecommendations));
    for (const { result } of await Promise.all(runs)) expect(result).toMatchObject({ users: 4 });
    expect(await platform.allLists()).toEqual(stored);
  });

  it('splits the users into chunks of 500, and takes as many statements for many as for few', async () => {
    await createTown();
    await platform.runBatch(generateDailyRecommendations);
    const before = platform.statements();
    await platform.runBatch(generateDailyRecommendations);
    const forFew = platform.statements() - before;
    await sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT n || '@example.com', 'u' || n, 'User ' || n, 'none', ${platform.clock()} FROM generate_series(1, 1000) AS n
    `.execute(platform.db);
    const { result, chunks } = await platform.runBatch(generateDailyRecommendations);
    expect(result).toEqual({ users: 1004, stored: 5020, chunks: 3 });
    expect(chunks.every(({ fromId }, at) => at === 0 || fromId > chunks[at - 1]!.toId)).toBe(true);
    const again = platform.statements();
    await recommendChunk(chunks[0]!);
    expect(platform.statements() - again).toBeLessThanOrEqual(forFew);
  });

  it('passes over a user who is deleted while it runs', async () => {
    const { ada, ben, cleo, mentor } = await createTown();
    // Whoever stores the lists waits for the deletion to be over.
    const deleted = await holding(platform.db, sql`DELETE FROM users WHERE id = ${ben}`);
    const running = platform.runBatch(generateDailyRecommendations);
    await expect
      .poll(async () => {
        const { rows } = await sql`
          SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        `.execute(platform.db);
        return rows.length;
      })
      .toBe(1);
    await deleted();
    expect((await running).result).toEqual({ users: 4, stored: 15, chunks: 1 });
    expect(new Set((await platform.allLists()).map(([userId]) => userId))).toEqual(new Set([ada, cleo, mentor]));
  });
});

describe('batch_recommend_jobs', () => {
  it('recommends jobs to all users whose account is open, however long they were away', async () => {
    const { ada, ben, cleo, mentor } = await createTown();
    const away = await platform.createUser({ sql: 5 }, { last_seen_at: null });
    await platform.createUser({ sql: 5 }, { is_active: false });
    expect((await platform.runBatch(batchRecommendJobs)).result).toEqual({ users: 5, stored: 5, chunks: 1 });
    const lists = await platform.allLists();
    expect(lists.map(([userId, kind]) => [userId, kind])).toEqual([ada, ben, cleo, mentor, away].map((id) => [id, 'jobs']));
  });
});
