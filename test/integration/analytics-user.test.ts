import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readUserFigures } from '#src/analytics/cache.js';
import { cacheUserAnalytics } from '#src/tasks/analytics.js';
import { daysAgo, now, type OpenAnalytics, openAnalytics } from '../support/analytics.js';
import { until } from '../support/kit.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(() => analytics.empty());
afterAll(() => analytics.close());

async function figures(userId: number) {
  await cacheUserAnalytics({ userId });
  return (await readUserFigures(db, userId))!.value;
}

const file = { file_name: '-', content_type: '-', size_bytes: 1, sha256: 'a'.repeat(64) };

describe('cache_user_analytics', () => {
  it('stores one user’s figures for two days', async () => {
    const userId = await analytics.createUser();
    expect(await cacheUserAnalytics({ userId })).toEqual({ userId, computedAt: now.toISOString() });
    expect(await readUserFigures(db, userId)).toMatchObject({
      computedAt: now,
      expiresAt: new Date(now.getTime() + 48 * 3_600_000),
    });
  });

  it('has zeros and no rates for a user who did nothing yet', async () => {
    const userId = await analytics.createUser();
    expect(await figures(userId)).toEqual({
      profile: { completeness: 0, missing: ['headline', 'location', 'level', 'skills', 'resume'] },
      achievements: { points: 0, unlocked: 0, available: 0 },
      skills: {
        total: 0,
        byHand: 0,
        fromResume: 0,
        averageProficiency: null,
        endorsementsReceived: 0,
        endorsementsGiven: 0,
      },
      learning: { enrolled: 0, completed: 0, completionRate: null, averageProgress: null },
      community: { posts: 0, comments: 0, likesGiven: 0, likesReceived: 0, connections: 0 },
      jobs: {
        applications: 0,
        byStatus: { submitted: 0, reviewing: 0, interview: 0, offered: 0, rejected: 0, withdrawn: 0 },
        answered: 0,
        medianAnswerHours: null,
      },
      mentoring: {
        sessionsAsMentor: 0,
        completedAsMentor: 0,
        rating: { ratings: 0, average: null },
        sessionsAsMentee: 0,
        completedAsMentee: 0,
      },
    });
  });

  it('counts what the user did and got, and nobody else', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    await db.updateTable('users').set({ headline: 'Baker', location: 'Graz' }).where('id', '=', ada).execute();
    const skills = (
      await db
        .insertInto('skills')
        .values(['Weaving', 'Dyeing', 'Spinning'].map((name) => ({ name, slug: name, category: 'Craft' })))
        .returning('id')
        .execute()
    ).map(({ id }) => id);
    await db
      .insertInto('user_skills')
      .values(
        skills.map((skill_id, at) => ({
          user_id: ada,
          skill_id,
          proficiency: at + 3,
          source: at ? ('manual' as const) : ('resume' as const),
        })),
      )
      .execute();
    await db
      .insertInto('endorsements')
      .values([
        { user_id: ada, skill_id: skills[0]!, endorser_id: ben },
        { user_id: ada, skill_id: skills[1]!, endorser_id: ben },
      ])
      .execute();
    // A failed resume completes no profile, and neither does a deleted one.
    await db
      .insertInto('resumes')
      .values([
        { user_id: ada, ...file, storage_key: 'a', status: 'failed', failure_code: 'RESUME_CORRUPT' },
        { user_id: ada, ...file, storage_key: 'b', deleted_at: now },
      ])
      .execute();
    await analytics.givePoints(ada, 30);
    await analytics.givePoints(ada, -5, 'correction');
    const [own] = await analytics.writePosts(ada, 2);
    const [other] = await analytics.writePosts(ben, 1);
    await db
      .insertInto('likes')
      .values([
        { user_id: ada, post_id: own! },
        { user_id: ben, post_id: own! },
        { user_id: ada, post_id: other! },
      ])
      .execute();
    await db
      .insertInto('connections')
      .values({ requester_id: ben, addressee_id: ada, status: 'accepted', answered_at: now })
      .execute();

    const found = await figures(ada);

    expect(found.profile).toEqual({ completeness: 60, missing: ['level', 'resume'] });
    expect(found.achievements).toMatchObject({ points: 25, unlocked: 0 });
    expect(found.skills).toEqual({
      total: 3,
      byHand: 2,
      fromResume: 1,
      averageProficiency: 4,
      endorsementsReceived: 2,
      endorsementsGiven: 0,
    });
    expect(found.community).toEqual({ posts: 2, comments: 0, likesGiven: 2, likesReceived: 1, connections: 1 });
    expect((await figures(ben)).community).toEqual({ posts: 1, comments: 0, likesGiven: 1, likesReceived: 1, connections: 1 });
    expect((await figures(ben)).skills).toMatchObject({ total: 0, endorsementsGiven: 2 });
  });

  it('also is for a user who has not been seen for long', async () => {
    const userId = await analytics.createUser({ last_seen_at: daysAgo(400) });
    expect(await cacheUserAnalytics({ userId })).toMatchObject({ computedAt: now.toISOString() });
  });

  it('skips a closed account', async () => {
    const userId = await analytics.createUser({ is_active: false });
    expect(await cacheUserAnalytics({ userId })).toEqual({ userId, computedAt: null, skipped: 'inactive user' });
    expect(await readUserFigures(db, userId)).toBeUndefined();
  });

  it('fails for good when there is no such user', async () => {
    await expect(cacheUserAnalytics({ userId: 404 })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });

  it('fails for good when the user is deleted while it runs', async () => {
    const userId = await analytics.createUser();
    const running = await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('users').where('id', '=', userId).execute();
      const started = { result: cacheUserAnalytics({ userId }) };
      started.result.catch(() => undefined);
      await until(() => analytics.isSomeoneWaiting());
      return started;
    });
    await expect(running.result).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(await readUserFigures(db, userId)).toBeUndefined();
  });

  it('replaces older figures, but not newer ones', async () => {
    const userId = await analytics.createUser();
    const later = new Date(now.getTime() + 1000);
    analytics.clock.now = later;
    await cacheUserAnalytics({ userId });
    await analytics.writePosts(userId, 1);
    analytics.clock.now = now;
    expect((await figures(userId)).community.posts).toBe(0);
    analytics.clock.now = new Date(now.getTime() + 2000);
    expect((await figures(userId)).community.posts).toBe(1);
  });

  it('goes with its user', async () => {
    const userId = await analytics.createUser();
    await cacheUserAnalytics({ userId });
    await db.deleteFrom('users').where('id', '=', userId).execute();
    expect(await readUserFigures(db, userId)).toBeUndefined();
  });

  it.each([[{}], [{ userId: 0 }], [{ userId: '1' }], [{ userId: 1, fresh: true }]])('refuses %j', async (args) => {
    await expect(cacheUserAnalytics(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});
