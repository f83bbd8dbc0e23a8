import fc from 'fast-check';
import { type Insertable, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportHandlers } from '#src/analytics/index.js';
import { findReport, listReports } from '#src/analytics/report/store.js';
import type { DailyReport } from '#src/analytics/report/types.js';
import type { Database } from '#src/db/schema.js';
import { dailyReportHandlers } from '#src/email/index.js';
import { type TestKit, testKit } from '#src/taskkit/testing/index.js';
import { generateDailyReport } from '#src/tasks/analytics.js';
import { sendDailyReportEmail } from '#src/tasks/email.js';
import { now, type OpenAnalytics, openAnalytics, timezone } from '../support/analytics.js';
import { fillPlatform, loadRows, platforms, type Rows } from '../support/analytics-rows.js';
import { openBulkMail } from '../support/bulk-mail.js';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';
import { startSmtpServer, type TestSmtpServer } from './email-smtp-server.js';

/** Yesterday of the clock, which shows Wednesday 4 March 2026 in Berlin. */
const date = '2026-03-03';
const dayBefore = '2026-03-02';
const weekBefore = '2026-02-24';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
let kit: TestKit;
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(async () => {
  await analytics.empty();
  await sql`TRUNCATE daily_reports, task_history`.execute(db);
  kit = testKit({ handlers: handlersIn(timezone) });
});
afterEach(() => kit.close());
afterAll(() => analytics.close());

const handlersIn = (zone: string, { mailed = false, taskHistoryDays = 30 } = {}) =>
  reportHandlers({ db, clock: () => analytics.clock.now, timezone: zone, taskHistoryDays, mailed });

const reportOf = async (date: string): Promise<DailyReport> => (await findReport(db, date))!.report;

/** Value, day before and week before, by figure. */
const figuresOf = ({ sections }: DailyReport) =>
  Object.fromEntries(
    sections.flatMap(({ figures }) =>
      figures.map(({ key, value, dayBefore, weekBefore }) => [key, [value, dayBefore, weekBefore]]),
    ),
  );

let tasks = 0;
const ran = (name: string, at: Date, about: Partial<Insertable<Database['task_history']>> = {}) =>
  db
    .insertInto('task_history')
    .values({
      id: `task-${++tasks}`,
      name,
      queue: 'test',
      state: 'SUCCESS',
      args: '{}',
      enqueued_at: at,
      started_at: at,
      finished_at: at,
      updated_at: at,
      runtime_ms: 10,
      ...about,
    })
    .execute();

describe('generate_daily_report', () => {
  it('reports nothing but zeros on an empty platform', async () => {
    expect(await generateDailyReport({})).toEqual({ date, notable: 0, mails: 0 });
    const report = await reportOf(date);
    expect(report).toMatchObject({ date, dayBefore, weekBefore, timezone, tasks: [], slowest: [], changes: [] });
    const { averageRating, taskFailureRate, ...counts } = figuresOf(report);
    for (const values of Object.values(counts)) expect(values).toEqual([0, 0, 0]);
    expect([averageRating, taskFailureRate]).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
  });

  it('counts the days in the platform’s time zone, each against the day before and a week before', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    await sql`UPDATE users SET created_at = '2026-03-02T22:59:59Z' WHERE id = ${ada}`.execute(db);
    await sql`UPDATE users SET created_at = '2026-03-02T23:00:00Z' WHERE id = ${ben}`.execute(db);
    await analytics.act(ada, ['2026-03-03T10:00Z', '2026-03-03T12:00Z', '2026-02-24T12:00Z']);
    await analytics.act(ben, ['2026-03-03T22:59:59Z', '2026-03-03T23:00Z']);
    const post = (at: string) =>
      db
        .insertInto('posts')
        .values({ author_id: ada, body: '-', created_at: new Date(at) })
        .execute();
    for (const at of ['2026-03-03T01:00Z', '2026-03-02T12:00Z', '2026-02-24T12:00Z', '2026-02-25T12:00Z']) await post(at);

    await generateDailyReport({});

    expect(figuresOf(await reportOf(date))).toMatchObject({
      signUps: [1, 1, 0],
      totalUsers: [2, 1, 0],
      activeUsers: [2, 0, 1],
      posts: [1, 1, 1],
      comments: [0, 0, 0],
    });
  });

  it('tells how the tasks went: failures, retries, the slowest', async () => {
    const at = new Date('2026-03-03T12:00Z');
    const error = JSON.stringify({ code: 'X', message: '-' });
    for (let run = 0; run < 20; run++) await ran('tasks.a.steady', at);
    for (let run = 0; run < 20; run++) await ran('tasks.a.broken', at, { state: 'FAILURE', error, retries: 3, runtime_ms: 100 });
    for (let run = 0; run < 20; run++) await ran('tasks.a.broken', new Date('2026-02-24T12:00Z'));
    await ran('tasks.a.broken', at, { state: 'REVOKED', runtime_ms: 99_999 });
    await ran('tasks.a.steady', at, { state: 'STARTED', finished_at: null, runtime_ms: null });
    await ran('tasks.a.steady', at, { runtime_ms: 5000 });
    await analytics.createUser();
    await sql`UPDATE users SET created_at = '2026-02-24T12:00Z'`.execute(db);

    expect(await generateDailyReport({})).toMatchObject({ notable: 1 });

    const report = await reportOf(date);
    expect(figuresOf(report)).toMatchObject({
      taskRuns: [41, 0, 20],
      taskFailures: [20, 0, 0],
      taskRetries: [60, 0, 0],
      taskFailureRate: [0.4878, null, 0],
    });
    expect(report.tasks).toMatchObject([
      { name: 'tasks.a.broken', runs: 20, failures: 20, revoked: 1, retries: 60, failureRate: 1, averageRuntimeMs: 100 },
      { name: 'tasks.a.steady', runs: 21, failures: 0, longestRuntimeMs: 5000, weekBefore: { runs: 0, failures: 0 } },
    ]);
    expect(report.slowest).toHaveLength(5);
    expect(report.slowest[0]).toMatchObject({ name: 'tasks.a.steady', runtimeMs: 5000 });
    expect(report.changes).toEqual([
      {
        key: 'tasks.a.broken',
        direction: 'up',
        text: 'broken failed in 20 of 20 runs (100 %), the Tuesday before in 0 of 20.',
      },
    ]);
  });

  it('replaces the report of the same day with the same figures when it runs again', async () => {
    await fillPlatform(db, fc.sample(platforms, { seed: 7, numRuns: 1 })[0]!);
    await generateDailyReport({});
    const first = await reportOf(date);
    analytics.clock.now = new Date(now.getTime() + 3_600_000);
    await generateDailyReport({});
    expect(await reportOf(date)).toEqual(first);
    expect((await findReport(db, date))!.computedAt).toEqual(analytics.clock.now);
    expect((await listReports(db, { page: 1, pageSize: 10 })).total).toBe(1);
  });

  it('is one report when two run at once', async () => {
    await Promise.all([generateDailyReport({}), generateDailyReport({})]);
    expect((await listReports(db, { page: 1, pageSize: 10 })).total).toBe(1);
  });

  it('is of one moment, though users are deleted while it counts', async () => {
    const [ada] = await analytics.createUsers(3);
    await sql`UPDATE users SET created_at = '2026-03-03T12:00Z'`.execute(db);
    await sql`INSERT INTO posts (author_id, body, created_at) SELECT id, '-', '2026-03-03T12:00Z' FROM users`.execute(db);
    await sql`
      INSERT INTO activity_events (user_id, kind, occurred_at) SELECT id, 'post', '2026-03-03T12:00Z' FROM users
    `.execute(db);
    // It has counted the users' rows when it waits for the history of tasks.
    const release = await holding(db, sql`LOCK TABLE task_history IN ACCESS EXCLUSIVE MODE`);
    const running = generateDailyReport({});
    await until(() => analytics.isSomeoneWaiting());
    await db.deleteFrom('users').where('id', '=', ada!).execute();
    await release();
    await running;
    expect(figuresOf(await reportOf(date))).toMatchObject({ signUps: [3, 0, 0], posts: [3, 0, 0], activeUsers: [3, 0, 0] });
  });

  it('claims nothing of tasks whose history is not kept', async () => {
    kit.close();
    kit = testKit({ handlers: handlersIn(timezone, { taskHistoryDays: 0 }) });
    await generateDailyReport({});
    expect(figuresOf(await reportOf(date))).toMatchObject({ taskRuns: [null, null, null] });
  });
});

describe('on any platform', () => {
  /** Every table and column whose times a report counts. */
  const times = [
    ['users', 'created_at'],
    ['posts', 'created_at'],
    ['comments', 'created_at'],
    ['resumes', 'created_at'],
    ['likes', 'created_at'],
    ['connections', 'answered_at'],
    ['endorsements', 'created_at'],
    ['enrollments', 'created_at'],
    ['enrollments', 'completed_at'],
    ['user_achievements', 'unlocked_at'],
    ['jobs', 'posted_at'],
    ['job_applications', 'created_at'],
    ['mentor_sessions', 'created_at'],
    ['mentor_sessions', 'completed_at'],
    ['activity_events', 'occurred_at'],
  ] as const;

  /** Moves what happened into the eleven days up to now, at random. */
  async function scatter(seed: number): Promise<void> {
    const minutes = sql`(('x' || substr(md5(ctid::text || ${String(seed)}), 1, 6))::bit(24)::int % 15840)`;
    const at = sql`${now}::timestamptz - make_interval(mins => ${minutes})`;
    await sql`UPDATE jobs SET expires_at = NULL`.execute(db);
    await sql`UPDATE job_applications SET answered_at = NULL WHERE answered_at IS NOT NULL AND ${minutes} % 2 = 0`.execute(db);
    for (const [table, column] of times) {
      const also = table === 'job_applications' ? sql`, answered_at = ${at} + (answered_at - created_at)` : sql``;
      await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${at}${also} WHERE ${sql.ref(column)} IS NOT NULL`.execute(
        db,
      );
    }
  }

  /** The calendar day on the wall, by another way than the platform's own. */
  const dayIn = (zone: string) => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return (at: Date | null) => (at ? format.format(at) : null);
  };

  /** The figures of a day, row by row. */
  function slowFigures(rows: Rows, zone: string, date: string) {
    const dayOf = dayIn(zone);
    const count = <T>(all: T[], at: (row: T) => Date | null) => all.filter((row) => dayOf(at(row)) === date).length;
    const rated = rows.sessions.filter(({ completed_at, rating }) => dayOf(completed_at) === date && rating !== null);
    const stars = rated.reduce((sum, { rating }) => sum + rating!, 0);
    return {
      signUps: count(rows.users, (row) => row.created_at),
      totalUsers: rows.users.filter((row) => dayOf(row.created_at)! <= date).length,
      activeUsers: new Set(rows.events.filter((row) => dayOf(row.occurred_at) === date).map((row) => row.user_id)).size,
      posts: count(rows.posts, (row) => row.created_at),
      comments: count(rows.comments, (row) => row.created_at),
      resumes: count(rows.resumes, (row) => row.created_at),
      likes: count(rows.likes, (row) => row.created_at),
      connections: count(rows.connections, (row) => (row.status === 'accepted' ? row.answered_at : null)),
      endorsements: count(rows.endorsements, (row) => row.created_at),
      enrollments: count(rows.enrollments, (row) => row.created_at),
      coursesCompleted: count(rows.enrollments, (row) => row.completed_at),
      achievements: count(rows.unlocks, (row) => row.unlocked_at),
      jobsPosted: count(rows.jobs, (row) => row.posted_at),
      applications: count(rows.applications, (row) => row.created_at),
      answers: count(rows.applications, (row) => row.answered_at),
      sessionsRequested: count(rows.sessions, (row) => row.created_at),
      sessionsCompleted: count(rows.sessions, (row) => row.completed_at),
      averageRating: rated.length === 0 ? null : Math.round((stars / rated.length) * 100) / 100,
    };
  }

  it('the figures are those of a slow count, in any time zone', async () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kathmandu');
    await fc.assert(
      fc.asyncProperty(platforms, zones, fc.nat(), async (platform, zone, seed) => {
        await analytics.empty();
        await fillPlatform(db, platform);
        await scatter(seed);
        kit = testKit({ handlers: handlersIn(zone) });
        const { date } = await generateDailyReport({});

        const rows = await loadRows(db);
        const report = await reportOf(date);
        expect(date).toBe(dayIn(zone)(new Date(now.getTime() - 86_400_000)));
        const days = [date, report.dayBefore, report.weekBefore].map((each) => slowFigures(rows, zone, each));
        const expected = Object.keys(days[0]!).map((key) => [key, days.map((day) => day[key as keyof typeof day])]);
        const { taskRuns, taskFailures, taskRetries, taskFailureRate, ...figures } = figuresOf(report);
        expect(figures).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 25 },
    );
  });
});

describe('the mail with the report', () => {
  let bulk: Awaited<ReturnType<typeof openBulkMail>>;
  let server: TestSmtpServer;
  const report = () => reportHandlers({ db: bulk.db, clock: () => now, timezone, taskHistoryDays: 30, mailed: true });
  const staff = (email: string, about: object = {}) =>
    bulk.db
      .insertInto('users')
      .values({ email, username: email, name: 'Sam Staff', password_hash: '-', is_staff: true, ...about })
      .returning('id')
      .executeTakeFirstOrThrow();

  beforeAll(async () => {
    bulk = await openBulkMail();
    server = await startSmtpServer();
  });
  beforeEach(async () => {
    await sql`TRUNCATE users, mail_log, daily_reports RESTART IDENTITY CASCADE`.execute(bulk.db);
    server.mails.length = 0;
    kit.close();
    kit = testKit({ handlers: [...report(), ...dailyReportHandlers(bulk.services(server.url))] });
  });
  afterAll(async () => {
    await bulk.closeMailers();
    await server.close();
    await bulk.close();
  });

  it('goes to every active member of staff once, however often the report is made', async () => {
    await staff('sam@example.com');
    await staff('kim@example.com');
    await staff('gone@example.com', { is_active: false });
    await staff('member@example.com', { is_staff: false });

    for (let run = 0; run < 2; run++) {
      const result = await generateDailyReport.delay({});
      await kit.drain();
      expect(await result.get()).toEqual({ date, notable: 0, mails: 2 });
    }

    expect(server.mails.flatMap(({ to }) => [to].flat().map((each) => each?.text)).sort()).toEqual([
      expect.stringContaining('kim@example.com'),
      expect.stringContaining('sam@example.com'),
    ]);
    const [mail] = server.mails;
    expect(mail!.subject).toBe('The platform on Tuesday 3 March 2026');
    expect(mail!.text).toContain('Nothing was out of the ordinary.');
    expect(mail!.text).toContain('- Users at the end of the day: 0 (0, 0)');
    expect(mail!.html).toContain('Failure rate');
  });

  it.each(['0000-01-01', '2026-02-30', 'yesterday'])('is refused for the day %s', async (date) => {
    await expect(sendDailyReportEmail({ userId: 1, date })).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });

  it('is not sent to someone who is no longer staff, and fails for good when there is no report', async () => {
    const { id: userId } = await staff('was@example.com');
    await expect(sendDailyReportEmail({ userId, date })).rejects.toMatchObject({ code: 'REPORT_NOT_FOUND' });
    await generateDailyReport({});
    await sql`UPDATE users SET is_staff = false`.execute(bulk.db);
    expect(await sendDailyReportEmail({ userId, date })).toEqual({ status: 'skipped', reason: 'not staff' });
    await kit.drain();
    expect(server.mails).toEqual([]);
  });
});
