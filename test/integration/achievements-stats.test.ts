import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { achievementDefinitions } from '#src/achievements/index.js';
import type { Stats } from '#src/achievements/leaderboard.js';
import { findStats, saveStats } from '#src/achievements/stats.js';
import { generateAchievementStats } from '#src/tasks/achievements.js';
import { activeUserDays, daysAgo, now, type OpenAchievements, openAchievements } from '../support/achievements.js';

let platform: OpenAchievements;
beforeAll(async () => {
  platform = await openAchievements();
});
beforeEach(async () => {
  await platform.db.deleteFrom('users').execute();
  await platform.db.deleteFrom('cached_analytics').execute();
});
afterAll(() => platform.close());

const unlock = (userId: number, key: string) =>
  platform.db.insertInto('user_achievements').values({ user_id: userId, achievement_key: key }).execute();

async function stats(): Promise<Stats> {
  await generateAchievementStats({});
  return (await findStats(platform.db))!.stats;
}

describe('generate_achievement_stats', () => {
  it('tells how many users, achievements and leaders it counted', async () => {
    const [ada] = (await platform.createUsers(3)) as [number, number, number];
    await platform.givePoints(ada, 5);
    expect(await generateAchievementStats({})).toEqual({ users: 3, achievements: achievementDefinitions.length, leaders: 1 });
  });

  it('gives users with as many points one rank, and leaves out the ranks after it', async () => {
    const [ada, ben, cleo, dan, eve] = (await platform.createUsers(5)) as [number, number, number, number, number];
    await platform.givePoints(ben, 30);
    await platform.givePoints(cleo, 20);
    await platform.givePoints(cleo, 10, 'second gift');
    await platform.givePoints(ada, 40);
    await platform.givePoints(dan, 10);
    await unlock(ada, 'first_post');
    await unlock(ada, 'mentor');

    const { leaders, ladder, users, ranked } = await stats();

    expect(leaders).toEqual([
      { rank: 1, userId: ada, points: 40, achievements: 2 },
      { rank: 2, userId: ben, points: 30, achievements: 0 },
      { rank: 2, userId: cleo, points: 30, achievements: 0 },
      { rank: 4, userId: dan, points: 10, achievements: 0 },
    ]);
    expect(ladder).toEqual([
      { rank: 1, points: 40 },
      { rank: 2, points: 30 },
      { rank: 4, points: 10 },
    ]);
    expect({ users, ranked }).toEqual({ users: 5, ranked: 4 });
    expect(leaders.map(({ userId }) => userId)).not.toContain(eve);
  });

  it('holds at most 100 leaders', async () => {
    const ids = await platform.createUsers(105);
    for (const [index, userId] of ids.entries()) await platform.givePoints(userId, index < 98 ? 1000 - index : 7);
    const { leaders, ranked } = await stats();
    expect(leaders).toHaveLength(100);
    expect(leaders.slice(97).map(({ rank, points }) => [rank, points])).toEqual([
      [98, 903],
      [99, 7],
      [99, 7],
    ]);
    expect(ranked).toBe(105);
  });

  it('tells which share of the active users has unlocked each achievement', async () => {
    const [ada, ben] = (await platform.createUsers(3)) as [number, number, number];
    await unlock(ada, 'first_post');
    await unlock(ben, 'first_post');
    await unlock(ben, 'mentor');

    const { achievements } = await stats();

    expect(achievements.map(({ key }) => key)).toEqual(achievementDefinitions.map(({ key }) => key));
    const of = (wanted: string) => achievements.find(({ key }) => key === wanted);
    expect(of('first_post')).toEqual({ key: 'first_post', unlocked: 2, rate: 0.6667 });
    expect(of('mentor')).toEqual({ key: 'mentor', unlocked: 1, rate: 0.3333 });
    expect(of('legend')).toEqual({ key: 'legend', unlocked: 0, rate: 0 });
  });

  it('counts active users only', async () => {
    const away = await platform.createUser({ last_seen_at: daysAgo(activeUserDays + 1) });
    const closed = await platform.createUser({ is_active: false });
    const never = await platform.createUser({ last_seen_at: null });
    for (const userId of [away, closed, never]) {
      await platform.givePoints(userId, 100);
      await unlock(userId, 'first_post');
    }
    const { leaders, users, ranked, achievements } = await stats();
    expect({ leaders, users, ranked }).toEqual({ leaders: [], users: 0, ranked: 0 });
    expect(achievements[0]).toEqual({ key: 'first_post', unlocked: 0, rate: 0 });
  });

  it('counts nobody on an empty platform', async () => {
    expect(await generateAchievementStats({})).toMatchObject({ users: 0, leaders: 0 });
  });

  it('is cached for an hour, and replaced by the next run', async () => {
    const userId = await platform.createUser();
    await generateAchievementStats({});
    expect(await findStats(platform.db)).toMatchObject({ computedAt: now, expiresAt: new Date(now.getTime() + 3_600_000) });

    await platform.givePoints(userId, 5);
    expect((await stats()).leaders).toHaveLength(1);
  });

  it('leaves figures that are newer in place', async () => {
    const later = new Date(now.getTime() + 60_000);
    await saveStats(platform.db, { now: later, activeUserDays });
    await generateAchievementStats({});
    expect(await findStats(platform.db)).toMatchObject({ computedAt: later });
  });

  it('may run twice at once', async () => {
    await platform.createUser();
    const results = await Promise.all([generateAchievementStats({}), generateAchievementStats({})]);
    expect(results.map(({ users }) => users)).toEqual([1, 1]);
  });

  it('keeps the earlier figures when it fails', async () => {
    await generateAchievementStats({});
    await platform.db.schema.alterTable('points_ledger').renameTo('points_ledger_away').execute();
    try {
      await expect(generateAchievementStats({})).rejects.toThrow('points_ledger');
    } finally {
      await platform.db.schema.alterTable('points_ledger_away').renameTo('points_ledger').execute();
    }
    expect(await findStats(platform.db)).toMatchObject({ computedAt: now });
  });

  it('refuses arguments', async () => {
    await expect(generateAchievementStats({ top: 10 } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});
