import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { snapshotHandlers } from '#src/analytics/index.js';
import { createLocalStorage } from '#src/storage.js';
import { runCli } from '../support/cli.js';
import { holding } from '../support/holding.js';
import { taskContext, until } from '../support/kit.js';
import { openPlatform, type Platform } from '../support/platform.js';

let platform: Platform;
let storage: string;
beforeAll(async () => {
  platform = await openPlatform('postgres', { DAILY_REPORT_EMAIL: 'true' });
  storage = path.join(platform.cwd, '.journeyman', 'storage');
  await sql`
    INSERT INTO users (email, username, name, password_hash, is_staff) VALUES ('sam@example.com', 'sam', 'Sam Staff', '-', true)
  `.execute(platform.database.db);
});
beforeEach(() => sql`TRUNCATE cached_analytics`.execute(platform.database.db));
afterAll(() => platform.close());

const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).sort();

describe('journeyman analytics export', () => {
  const run = (...args: string[]) => runCli(['analytics', 'export', ...args], { cwd: platform.cwd, env: platform.env });

  it('writes a snapshot into a folder of one’s own, in place of one of the same day', async () => {
    await mkdir(path.join(platform.cwd, 'out'));
    for (let time = 0; time < 2; time++) {
      const { code, output } = await run('--out', 'out');
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/days\.csv\.gz +366 rows[\s\S]+18 files and their manifest are in out\//),
      ]);
    }
    const [name, ...more] = (await namesIn(path.join(platform.cwd, 'out'))).filter((each) => !each.startsWith('.'));
    expect(more).toEqual([]);
    const folder = path.join(platform.cwd, 'out', name!);
    expect(await namesIn(folder)).toHaveLength(19);
    expect(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ name, timezone: 'UTC' });
    expect(JSON.parse(gunzipSync(await readFile(path.join(folder, 'growth.json.gz'))).toString())).toHaveLength(12);
  });

  it('asks where to', async () => {
    expect(await run()).toMatchObject({ code: 1, output: expect.stringContaining("required option '--out <folder>'") });
  });
});

/**
 * Kills a worker with kill -9 when it stands still at a lock in the middle of a task, and has another one do the task.
 *
 * @param look Called when the worker is dead, before the other one starts.
 * @param settled Whether all that the task asked for is done, so that the other worker may end.
 */
async function killInTheMiddle(
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

describe('kill -9 in the middle', { timeout: 180_000 }, () => {
  it('of an export leaves nothing to be seen; the next run makes it whole, and a later one removes what was left', async () => {
    const { db } = platform.database;
    const snapshots = path.join(storage, 'analytics', 'snapshots');
    // Fresh figures, so that it is the export itself that waits.
    await runCli(['analytics', 'export', '--out', 'figures'], { cwd: platform.cwd, env: platform.env });
    await killInTheMiddle(
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
      { task: 'tasks.analytics_tasks.generate_daily_report', lock: sql`LOCK TABLE task_outbox IN SHARE MODE` },
      async () => expect(await reports()).toBe(0),
      async () => (await platform.mails()).length > 0,
    );
    expect(await reports()).toBe(1);
    expect((await platform.mails()).map(({ subject }) => subject)).toEqual([expect.stringMatching(/^The platform on /)]);
  });
});
