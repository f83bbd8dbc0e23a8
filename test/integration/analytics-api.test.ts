import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { figureHandlers, reportHandlers, snapshotHandlers } from '#src/analytics/index.js';
import { staffAnalyticsRoutes } from '#src/analytics/routes.js';
import type { Json } from '#src/taskkit/index.js';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';
import { taskContext } from '../support/kit.js';

let api: TestApi;
let staff: SignedUpUser;
let member: SignedUpUser;
beforeAll(async () => {
  api = await createTestApi();
  [staff, member] = [await api.signUp({ name: 'Sam Staff' }), await api.signUp({ name: 'Mia Member' })];
  await sql`UPDATE users SET is_staff = true WHERE id = ${staff.id}`.execute(api.db);
});
beforeEach(async () => {
  await sql`TRUNCATE cached_analytics, user_analytics, daily_reports, task_outbox`.execute(api.db);
});
afterAll(() => api.close());

const get = (url: string, { headers }: SignedUpUser = staff) => api.app.inject({ url: `/api/analytics${url}`, headers });
const post = (url: string, { headers }: SignedUpUser = staff) =>
  api.app.inject({ method: 'POST', url: `/api/analytics${url}`, headers });

/** Does what waits in the outbox of the analytics, as a worker would. */
async function work(): Promise<void> {
  const services = { db: api.db, clock: () => new Date(), timezone: 'UTC', activeUserDays: 30 };
  const handlers = [
    ...figureHandlers(services),
    ...reportHandlers({ ...services, taskHistoryDays: 30, mailed: false }),
    ...snapshotHandlers({ ...services, storage: api.storage, snapshotDays: 30 }),
  ];
  for (const { name, args } of await api.outbox()) {
    await handlers.find(({ task }) => task.taskName === name)?.run(args as Record<string, Json>, taskContext());
  }
  await api.db.deleteFrom('task_outbox').execute();
}

const figures = ['platform', 'skills', 'courses', 'jobs', 'mentoring', 'growth', 'heatmap'];

describe('the figures of the platform', () => {
  it.each([
    ...figures.map((figure) => `/${figure}`),
    '/leaderboard',
    '/reports',
    '/reports/2026-01-01',
    '/snapshots',
    '/snapshots/2026-01-01',
    '/snapshots/2026-01-01/users.csv.gz',
  ])('%s is for staff only', async (url) => {
    expect(failure(await get(url, member))).toEqual([403, 'NOT_ALLOWED']);
    expect(failure(await api.app.inject({ url: `/api/analytics${url}` }))).toEqual([401, 'TOKEN_MISSING']);
  });

  it.each([...figures, 'reports', 'snapshots'])('%s are computed anew for staff only', async (what) => {
    expect(failure(await post(`/${what}/refresh`, member))).toEqual([403, 'NOT_ALLOWED']);
    expect(await api.outbox()).toEqual([]);
  });

  it.each(figures)('%s are asked for when somebody first looks, and then shown with their age', async (figure) => {
    const asked = await get(`/${figure}`);
    expect([asked.statusCode, asked.json()]).toEqual([202, { taskId: expect.any(String) }]);
    expect((await api.outbox()).map(({ id }) => id)).toEqual([asked.json().taskId]);
    await work();

    const shown = await get(`/${figure}`);
    expect([shown.statusCode, shown.json()]).toEqual([
      200,
      { figures: expect.any(Object), computedAt: expect.any(String), ageSeconds: expect.any(Number), stale: false },
    ]);
    expect(await api.outbox()).toEqual([]);
  });

  it('are shown when they are out of date, while newer ones are computed', async () => {
    await get('/growth');
    await work();
    await sql`UPDATE cached_analytics SET computed_at = now() - interval '3 days', expires_at = now() - interval '1 day'`.execute(
      api.db,
    );
    const { figures, ...age } = (await get('/growth')).json();
    expect(figures.months).toHaveLength(12);
    expect(age).toMatchObject({ stale: true, ageSeconds: expect.closeTo(3 * 86_400, -2) });
    expect((await api.outbox()).map(({ name }) => name)).toEqual(['tasks.analytics_tasks.generate_user_growth_report']);
  });

  it('are computed anew when staff ask for it', async () => {
    await get('/platform');
    await work();
    const refreshed = await post('/skills/refresh');
    expect(refreshed.statusCode).toBe(202);
    const [message] = await api.outbox();
    expect(message).toMatchObject({ id: refreshed.json().taskId, name: 'tasks.analytics_tasks.cache_platform_analytics' });
    const state = await api.app.inject({ url: `/api/tasks/${refreshed.json().taskId}`, headers: staff.headers });
    expect(state.json()).toMatchObject({ status: 'PENDING' });
  });

  it('hold a heatmap for each number of days', async () => {
    await get('/heatmap?days=7');
    await work();
    expect((await get('/heatmap?days=7')).json().figures.days).toHaveLength(7);
    expect((await get('/heatmap')).statusCode).toBe(202);
    for (const days of ['0', '367', 'x']) expect(failure(await get(`/heatmap?days=${days}`))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('name the top mentors as they are called now, and leave out those who left', async () => {
    await sql`INSERT INTO mentors (user_id, bio) VALUES (${member.id}, '-')`.execute(api.db);
    await sql`
      INSERT INTO mentor_sessions (mentor_id, mentee_id, topic, status, proposed_at, completed_at)
      VALUES (${member.id}, ${staff.id}, '-', 'completed', now(), now())
    `.execute(api.db);
    await get('/mentoring');
    await work();
    expect((await get('/mentoring')).json().figures.topMentors).toMatchObject([{ userId: member.id, name: 'Mia Member' }]);
    await sql`UPDATE users SET is_active = false WHERE id = ${member.id}`.execute(api.db);
    expect((await get('/mentoring')).json().figures.topMentors).toEqual([]);
    await sql`UPDATE users SET is_active = true WHERE id = ${member.id}`.execute(api.db);
  });

  it('include the leaderboard', async () => {
    expect((await get('/leaderboard')).json()).toEqual({ items: [], computedAt: null, ageSeconds: null, refreshing: true });
    const asked = await post('/leaderboard/refresh');
    expect([asked.statusCode, asked.json()]).toEqual([202, { taskId: expect.stringMatching(/^achievement-stats-\d+$/) }]);
  });
});

describe('one’s own figures', () => {
  it('are asked for when first looked at, by whoever looks, and then shown', async () => {
    const asked = await get('/me', member);
    expect([asked.statusCode, asked.json()]).toEqual([202, { taskId: expect.any(String) }]);
    expect(await api.outbox()).toMatchObject([{ args: { userId: member.id }, id: asked.json().taskId }]);
    const state = await api.app.inject({ url: `/api/tasks/${asked.json().taskId}`, headers: member.headers });
    expect(state.json()).toMatchObject({ status: 'PENDING' });
    await work();
    const shown = await get('/me', member);
    expect([shown.statusCode, shown.json()]).toMatchObject([200, { figures: { community: { posts: 0 } }, stale: false }]);
    expect((await get('/me', staff)).statusCode).toBe(202);
  });

  it('are computed anew when asked for, a few times a minute at most', async () => {
    const answers = [];
    for (let time = 0; time < 7; time++) answers.push(await post('/me/refresh', member));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202, 202, 429]);
    const asked = (await api.outbox()).map(({ name }) => name);
    expect(new Set(asked)).toEqual(new Set(['tasks.analytics_tasks.cache_user_analytics']));
  });
});

describe('the daily reports', () => {
  it('are made when staff ask for it, listed, and shown one by one', async () => {
    expect((await get('/reports')).json()).toEqual({ items: [], page: 1, pageSize: 20, total: 0 });
    expect((await post('/reports/refresh')).statusCode).toBe(202);
    await work();
    const list = (await get('/reports')).json();
    expect(list).toMatchObject({ items: [{ changes: [], ageSeconds: expect.any(Number) }], total: 1 });
    const { date } = list.items[0];
    const shown = (await get(`/reports/${date}`)).json();
    expect(shown.report).toMatchObject({ date, timezone: 'UTC', tasks: [] });
    expect(shown.report.sections).toHaveLength(6);
  });

  it('are missing with a code', async () => {
    expect(failure(await get('/reports/2020-01-01'))).toEqual([404, 'REPORT_NOT_FOUND']);
    for (const date of ['2020-13-01', 'yesterday', '2020-02-30', '0000-01-01'])
      expect(failure(await get(`/reports/${date}`))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('the snapshots', () => {
  it('are exported when staff ask for it, listed, and downloaded file by file', async () => {
    expect((await get('/snapshots')).json()).toMatchObject({ items: [], total: 0 });
    expect((await post('/snapshots/refresh')).statusCode).toBe(202);
    await work();
    const { items } = (await get('/snapshots')).json();
    expect(items).toHaveLength(1);
    const [{ name, files }] = items;
    expect((await get(`/snapshots/${name}`)).json()).toEqual(items[0]);

    const about = files.find((file: { name: string }) => file.name === 'days.csv.gz');
    const download = await get(`/snapshots/${name}/days.csv.gz`);
    expect(download.statusCode).toBe(200);
    expect(download.headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-length': String(about.bytes),
      'content-disposition': `attachment; filename="${name}-days.csv.gz"`,
      'x-content-type-options': 'nosniff',
    });
    expect(gunzipSync(download.rawPayload).toString().split('\r\n')).toHaveLength(about.rows + 2);
  });

  it.each(['2020-01-01', '2020-01-01/users.csv.gz'])('%s is missing with a code', async (what) => {
    expect(failure(await get(`/snapshots/${what}`))).toEqual([404, 'SNAPSHOT_NOT_FOUND']);
  });

  it('are no way to other files', async () => {
    for (const file of ['..%2F..%2Fresumes', '%2e%2e', 'manifest.json', 'users.csv', 'USERS.CSV.GZ', '.gz'])
      expect(failure(await get(`/snapshots/2020-01-01/${file}`))).toEqual([400, 'REQUEST_INVALID']);
    expect(failure(await get('/snapshots/..%2Fresumes'))).toEqual([400, 'REQUEST_INVALID']);
  });
});

it('another server may mount the routes for staff with a login of its own; one task a minute is asked for, however many ask', async () => {
  const server = Fastify();
  let now = new Date('2026-11-22T10:00:00Z');
  const ask = () => server.inject({ url: '/figures/platform', headers: { 'x-who': 'staff' } });
  await server.register(staffAnalyticsRoutes, {
    prefix: '/figures',
    db: api.db,
    storage: api.storage,
    clock: () => now,
    authorize: async (request) => {
      if (request.headers['x-who'] !== 'staff') throw Object.assign(new Error('no'), { statusCode: 401 });
    },
  });
  expect((await server.inject('/figures/platform')).statusCode).toBe(401);
  const asked = await ask();
  expect([asked.statusCode, asked.json()]).toEqual([202, { taskId: expect.any(String) }]);
  now = new Date('2026-11-22T10:00:59Z');
  expect((await ask()).json()).toEqual(asked.json());
  expect(await api.outbox()).toHaveLength(1);
  now = new Date('2026-11-22T10:01:00Z');
  expect((await ask()).json()).not.toEqual(asked.json());
  expect((await server.inject({ url: '/figures/me', headers: { 'x-who': 'staff' } })).statusCode).toBe(404);
  await server.close();
});
