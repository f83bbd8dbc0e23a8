import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { achievementDefinitions } from '#src/achievements/index.js';
import { saveStats } from '#src/achievements/stats.js';
import { saveReferenceData } from '#src/db/reference-data.js';
import { people } from '../support/achievements.js';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';

let api: TestApi;
let ada: SignedUpUser;
let platform: ReturnType<typeof people>;

beforeAll(async () => {
  api = await createTestApi();
  platform = people(api.db);
  await saveReferenceData(api.db, { skills: [], achievements: achievementDefinitions });
});
beforeEach(async () => {
  await api.db.deleteFrom('users').execute();
  await api.db.deleteFrom('cached_analytics').execute();
  ada = await api.signUp({ name: 'Ada Example' });
  await platform.emptyOutbox();
});
afterAll(() => api.close());

const get = (url: string, { headers } = ada) => api.app.inject({ method: 'GET', url: `/api${url}`, headers });

const unlock = (userId: number, key: string, at = '2026-01-02T03:04:05.000Z') =>
  api.db
    .insertInto('user_achievements')
    .values({ user_id: userId, achievement_key: key, unlocked_at: new Date(at) })
    .execute();

const statsTasks = async () =>
  (await platform.outbox()).filter(({ name }) => name === 'tasks.achievement_tasks.generate_achievement_stats');

const computeStats = (minutesAgo = 0) =>
  saveStats(api.db, { now: new Date(Date.now() - minutesAgo * 60_000), activeUserDays: 30 });

describe.each(['/achievements', '/achievements/leaderboard', '/users/1/achievements'])('GET /api%s', (url) => {
  it('asks for an access token', async () => {
    expect(failure(await api.app.inject({ method: 'GET', url: `/api${url}` }))).toEqual([401, 'TOKEN_MISSING']);
  });
});

describe('GET /api/achievements', () => {
  it('lists all achievements with what the user has and how far the others are', async () => {
    await platform.writePosts(ada.id, 3);
    await platform.givePoints(ada.id, 25);
    await unlock(ada.id, 'first_post');

    const answer = await get('/achievements');

    expect(answer.statusCode).toBe(200);
    const { points, items } = answer.json();
    expect(points).toBe(25);
    expect(items.map(({ key }: { key: string }) => key)).toEqual(achievementDefinitions.map(({ key }) => key));
    expect(items[0]).toEqual({
      key: 'first_post',
      name: 'First Post',
      description: 'Publish your first post',
      points: 10,
      rarity: 'common',
      unlockedAt: '2026-01-02T03:04:05.000Z',
      progress: { current: 1, threshold: 1, percent: 100 },
      unlockRate: null,
    });
    expect(items.find(({ key }: { key: string }) => key === 'milestone_100')).toMatchObject({
      unlockedAt: null,
      progress: { current: 25, threshold: 100, percent: 25 },
    });
  });

  it('tells how many active users have each, once that was computed', async () => {
    await api.signUp();
    await unlock(ada.id, 'mentor');
    await computeStats();
    const { items } = (await get('/achievements')).json();
    const rates = new Map(items.map(({ key, unlockRate }: { key: string; unlockRate: number }) => [key, unlockRate]));
    expect(rates.get('mentor')).toBe(0.5);
    expect(rates.get('legend')).toBe(0);
  });
});

describe('GET /api/users/:id/achievements', () => {
  it('lists what somebody has unlocked, newest first', async () => {
    const ben = await api.signUp();
    await unlock(ben.id, 'first_post', '2026-01-01T00:00:00Z');
    await unlock(ben.id, 'mentor', '2026-01-03T00:00:00Z');
    await unlock(ben.id, 'first_course', '2026-01-02T00:00:00Z');

    const { items } = (await get(`/users/${ben.id}/achievements`)).json();

    expect(items.map(({ key }: { key: string }) => key)).toEqual(['mentor', 'first_course', 'first_post']);
    expect(items[0]).toEqual({
      key: 'mentor',
      name: 'Mentor',
      description: 'Complete 5 sessions as a mentor',
      points: 100,
      rarity: 'epic',
      unlockedAt: '2026-01-03T00:00:00.000Z',
    });
  });

  it('is empty for somebody who has unlocked nothing', async () => {
    expect((await get(`/users/${ada.id}/achievements`)).json()).toEqual({ items: [] });
  });

  it('does not know users who are gone or not active', async () => {
    const closed = await platform.createUser({ is_active: false });
    expect(failure(await get(`/users/${closed}/achievements`))).toEqual([404, 'USER_NOT_FOUND']);
    expect(failure(await get('/users/999999999/achievements'))).toEqual([404, 'USER_NOT_FOUND']);
  });

  it.each(['0', '-1', 'x', '1.5'])('refuses the id %s', async (id) => {
    expect(failure(await get(`/users/${id}/achievements`))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('GET /api/achievements/leaderboard', () => {
  it('shows the leaders with their names, and the user’s own rank', async () => {
    const [ben, cleo, dan] = await Promise.all(['Ben', 'Cleo', 'Dan'].map((name) => api.signUp({ name })));
    await platform.givePoints(ben!.id, 30);
    await platform.givePoints(cleo!.id, 30);
    await platform.givePoints(dan!.id, 40);
    await platform.givePoints(ada.id, 10);
    await unlock(dan!.id, 'mentor');
    await computeStats(5);

    const answer = await get('/achievements/leaderboard');

    expect(answer.statusCode).toBe(200);
    const { items, own, refreshing, ageSeconds } = answer.json();
    expect(items.map(({ rank, name, points }: Record<string, unknown>) => [rank, name, points])).toEqual([
      [1, 'Dan', 40],
      ...[ben!, cleo!].sort((one, other) => one.id - other.id).map(({ id }) => [2, id === ben!.id ? 'Ben' : 'Cleo', 30]),
      [4, 'Ada Example', 10],
    ]);
    expect(items[0]).toEqual({
      rank: 1,
      userId: dan!.id,
      name: 'Dan',
      username: expect.any(String),
      points: 40,
      achievements: 1,
    });
    expect(own).toEqual({ points: 10, rank: 4 });
    expect(refreshing).toBe(false);
    expect(ageSeconds).toBeGreaterThanOrEqual(300);
    expect(await statsTasks()).toEqual([]);
  });

  it('has figures computed when there are none yet, and answers without', async () => {
    await platform.givePoints(ada.id, 10);
    expect((await get('/achievements/leaderboard')).json()).toEqual({
      items: [],
      own: { points: 10, rank: null },
      computedAt: null,
      ageSeconds: null,
      refreshing: true,
    });
    const [message] = await statsTasks();
    expect(message).toMatchObject({ args: {}, unique: expect.any(String) });
  });

  it('has newer figures computed when they are an hour old, and shows those that are there', async () => {
    await platform.givePoints(ada.id, 10);
    await computeStats(61);
    const answer = (await get('/achievements/leaderboard')).json();
    expect(answer).toMatchObject({ own: { points: 10, rank: 1 }, refreshing: true });
    expect(answer.items).toHaveLength(1);
    expect(answer.ageSeconds).toBeGreaterThanOrEqual(3660);
    expect(await statsTasks()).toHaveLength(1);
  });

  it('enqueues at most one task a minute, however many ask', async () => {
    await Promise.all(Array.from({ length: 10 }, () => get('/achievements/leaderboard')));
    // Two if the minute turned between them.
    expect((await statsTasks()).length).toBeLessThanOrEqual(2);
  });

  it('names people as they are called now, and leaves out those who are gone since', async () => {
    const [ben, cleo] = await Promise.all([api.signUp({ name: 'Ben' }), api.signUp({ name: 'Cleo' })]);
    for (const { id } of [ada, ben!, cleo!]) await platform.givePoints(id, 10);
    await computeStats();
    await api.db.updateTable('users').set({ name: 'Benjamin' }).where('id', '=', ben!.id).execute();
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', cleo!.id).execute();
    const { items } = (await get('/achievements/leaderboard')).json();
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['Ada Example', 'Benjamin']);
  });

  it('gives no rank without points', async () => {
    await computeStats();
    expect((await get('/achievements/leaderboard')).json()).toMatchObject({ own: { points: 0, rank: null }, refreshing: false });
  });
});
