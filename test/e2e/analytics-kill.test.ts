import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { computeHeatmap } from '#src/analytics/activity/heatmap.js';
import { readFigures } from '#src/analytics/cache.js';
import { snapshotHandlers } from '#src/analytics/index.js';
import { addDays, localDate } from '#src/calendar.js';
import { createLocalStorage } from '#src/storage.js';
import { loadRows } from '../support/analytics-rows.js';
import { runCli } from '../support/cli.js';
import { holding } from '../support/holding.js';
import { brokerKinds, taskContext, until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';
import { slowDays, slowPlatform, slowUser, slowWeekHours } from '../support/slow-analytics.js';

const timezone = 'Europe/Berlin';
const activeUserDays = 30;

const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).sort();

/**
 * Kills a worker with kill -9 when it stands still at a lock in the middle of a task, and has another one do the task.
 *
 * @param look Called when the worker is dead, before the other one starts.
 * @param settled Whether all that the task asked for is done, so that the other worker may end.
 */
async function killInTheMiddle(
  platform: Platform,
  { task, lock }: { task: string; lock: RawBuilder<unknown> },
  look: () => Promise<void>,
  settled: () => Promise<boolean> = async () => true,
): Promise<void> {
  const { db } = platform.database;
  const doomed = await platform.startWorker('doomed', '-c', '1', '-Q', 'analytics');
  const release = await holding(db, lock);
  const call = platform.start(['call', task, '--wait', '--timeout', '100']);
  const waiting = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until(async () => (await waiting.execute(db)).rows.length > 0);
  doomed.child.kill('SIGKILL');
  expect(await doomed.ended).toBe('SIGKILL');
  await look();
  await release();
  const other = await platform.startWorker('other', '-c', '1', '-Q', 'analytics,email');
  expect(await call.ended).toBe(0);
  await until(settled);
  other.child.kill('SIGTERM');
  expect(await other.ended).toBe(0);
}

describe.each(brokerKinds)('kill -9 in the middle, on %s,', { timeout: 180_000 }, (kind) => {
  let platform: Platform;
  let storage: string;
  let today: string;
  beforeAll(async () => {
    platform = await openPlatform(kind, { DAILY_REPORT_EMAIL: 'true', CELERY_TIMEZONE: timezone });
    storage = path.join(platform.cwd, '.journeyman', 'storage');
    const { db } = platform.database;
    today = localDate(new Date(), timezone);
    await sql`
      INSERT INTO users (email, username, name, password_hash, is_staff, last_seen_at)
      SELECT n || '@example.com', 'user' || n, 'Sam Staff', '-', n = 1, now() - make_interval(hours => n * 24 - 12)
      FROM generate_series(1, 40) AS n
    `.execute(db);
    // Something happens on each of 140 days, at this hour and that; on the first one and 40 days later at noon also.
    await sql`
      INSERT INTO activity_events (user_id, kind, occurred_at)
      SELECT id, kind, (${today}::date - ago + make_interval(hours => hour::int)) AT TIME ZONE ${timezone}
      FROM (
        SELECT id, CASE id % 2 WHEN 0 THEN 'login' ELSE 'post' END AS kind, ago, (id * 3 + ago) % 24 AS hour
        FROM users CROSS JOIN generate_series(0, 139) AS ago
        WHERE (id * 7 + ago) % 5 = 0
        UNION ALL
        SELECT (SELECT min(id) FROM users), 'login', ago, 12 FROM unnest(ARRAY[140, 100]) AS ago
      ) AS event
    `.execute(db);
    await sql`INSERT INTO posts (author_id, body) SELECT id, '-' FROM users WHERE id % 3 = 0`.execute(db);
  });
  beforeEach(() => sql`TRUNCATE cached_analytics`.execute(platform.database.db));
  afterAll(() => platform.close());

  const dayOf = (daysAgo: number) => addDays(today, -daysAgo);

  /** Checks that the hourly figures and the days that were rolled up are those of a slow count. */
  async function expectRightFigures(): Promise<void> {
    const { db } = platform.database;
    const { value, computedAt } = (await readFigures(db, 'platform'))!;
    const moment = { now: computedAt, timezone, activeUserDays };
    const rows = await loadRows(db);
    expect(value).toEqual(slowPlatform(rows, moment));
    const heatmap = await computeHeatmap(db, { days: 150, ...moment });
    expect(heatmap.days).toEqual(slowDays(rows, moment, 150));
    expect(heatmap.weekHours).toEqual(slowWeekHours(rows, moment, 150));
    const cached = await db.selectFrom('cached_analytics').select(['key', 'computed_at']).orderBy('key').execute();
    expect(cached.map(({ key }) => key)).toEqual(['courses', 'jobs', 'mentoring', 'platform', 'skills']);
    for (const { computed_at } of cached) expect(computed_at).toEqual(computedAt);
  }

  it('of a roll-up leaves whole months, and no figures; the next run goes on there and is right', async () => {
    const { db } = platform.database;
    // What stands in the way is a row of the second month that the roll-up has to write itself.
    const lock = sql`INSERT INTO activity_hours (day, hour, kind, events) VALUES (${dayOf(100)}, 12, 'login', 999)`;
    await killInTheMiddle(platform, { task: 'tasks.analytics_tasks.cache_platform_analytics', lock }, async () => {
      const { closed_until } = await db.selectFrom('activity_rollup').selectAll().executeTakeFirstOrThrow();
      expect(closed_until).toBe(dayOf(109));
      const days = await db.selectFrom('activity_days').select('day').orderBy('day').execute();
      expect(days.map(({ day }) => day)).toEqual(Array.from({ length: 31 }, (_, at) => dayOf(140 - at)));
      expect(await db.selectFrom('activity_hours').select('day').where('day', '>=', closed_until).execute()).toEqual([]);
      expect(await db.selectFrom('cached_analytics').select('key').execute()).toEqual([]);
    });
    await expectRightFigures();
  });

  it('of caching leaves the earlier figures whole; the next run replaces them all', async () => {
    const { db } = platform.database;
    const kept = { value: JSON.stringify({ kept: true }), computed_at: new Date(0), expires_at: new Date(0) };
    await db
      .insertInto('cached_analytics')
      .values(['courses', 'jobs', 'mentoring', 'platform', 'skills'].map((key) => ({ key, ...kept })))
      .execute();
    await killInTheMiddle(
      platform,
      { task: 'tasks.analytics_tasks.cache_platform_analytics', lock: sql`LOCK TABLE cached_analytics IN SHARE MODE` },
      async () => {
        const rows = await db.selectFrom('cached_analytics').select('value').execute();
        expect(rows).toEqual(Array.from({ length: 5 }, () => ({ value: { kept: true } })));
      },
    );
    await expectRightFigures();
  });

  it('of a part of the users leaves none of them; the next run has them all', async () => {
    const { db } = platform.database;
    const stored = () => db.selectFrom('user_analytics').select(['user_id', 'value']).orderBy('user_id').execute();
    await killInTheMiddle(
      platform,
      { task: 'tasks.analytics_tasks.batch_cache_user_analytics', lock: sql`LOCK TABLE user_analytics IN SHARE MODE` },
      async () => expect(await stored()).toEqual([]),
    );
    const rows = await loadRows(db);
    const active = rows.users.slice(0, 30);
    expect(await stored()).toEqual(active.map(({ id }) => ({ user_id: id, value: slowUser(rows, id) })));
  });

  it('of an export leaves nothing to be seen; the next run makes it whole, and a later one removes what was left', async () => {
    const { db } = platform.database;
    const snapshots = path.join(storage, 'analytics', 'snapshots');
    // Fresh figures, so that it is the export itself that waits.
    await runCli(['analytics', 'export', '--out', 'figures'], { cwd: platform.cwd, env: platform.env });
    await killInTheMiddle(
      platform,
      { task: 'tasks.analytics_tasks.export_analytics_snapshot', lock: sql`LOCK TABLE courses IN ACCESS EXCLUSIVE MODE` },
      async () => {
        expect(await namesIn(snapshots)).toEqual([]);
        const [left] = await namesIn(path.join(storage, '.incoming'));
        expect(await namesIn(path.join(storage, '.incoming', left!))).toContain('figures.csv.gz');
      },
    );
    const [name] = await namesIn(snapshots);
    const { files } = JSON.parse(await readFile(path.join(snapshots, name!, 'manifest.json'), 'utf8'));
    expect(await namesIn(path.join(snapshots, name!))).toEqual(
      [...files.map((file: { name: string }) => file.name), 'manifest.json'].sort(),
    );

    const threeHoursLater = () => new Date(Date.now() + 3 * 3_600_000);
    const services = { db, clock: threeHoursLater, timezone: 'UTC', activeUserDays: 30, snapshotDays: 30 };
    await snapshotHandlers({ ...services, storage: createLocalStorage(storage) })[0]!.run({}, taskContext());
    expect(await namesIn(path.join(storage, '.incoming'))).toEqual([]);
  });

  it('of a report leaves none; the next run makes it, and mails it once', async () => {
    const { db } = platform.database;
    const reports = async () => (await sql`SELECT FROM daily_reports`.execute(db)).rows.length;
    // It has counted everything when it waits to leave the mails in the outbox, in the transaction that saves the report.
    await killInTheMiddle(
      platform,
      { task: 'tasks.analytics_tasks.generate_daily_report', lock: sql`LOCK TABLE task_outbox IN SHARE MODE` },
      async () => expect(await reports()).toBe(0),
      async () => (await platform.mails()).length > 0,
    );
    expect(await reports()).toBe(1);
    expect((await platform.mails()).map(({ subject }) => subject)).toEqual([expect.stringMatching(/^The platform on /)]);
  });
});
