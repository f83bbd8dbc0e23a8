import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { snapshotHandlers } from '#src/analytics/index.js';
import { manifestSchema } from '#src/analytics/snapshot/manifest.js';
import { writeSnapshot } from '#src/analytics/snapshot/write.js';
import { coded } from '#src/errors.js';
import { createLocalStorage, type FileStorage } from '#src/storage.js';
import { type TestKit, testKit } from '#src/taskkit/testing/index.js';
import { batchCacheUserAnalytics, exportAnalyticsSnapshot, generateActivityHeatmap } from '#src/tasks/analytics.js';
import { activeUserDays, now, type OpenAnalytics, openAnalytics, timezone } from '../support/analytics.js';
import { fillPlatform, platforms } from '../support/analytics-rows.js';
import { holding } from '../support/holding.js';
import { taskContext, until } from '../support/kit.js';
import { countStatements } from '../support/statements.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
let folder: string;
let storage: FileStorage;
let kit: TestKit;
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(async () => {
  await analytics.empty();
  folder = await mkdtemp(path.join(tmpdir(), 'journeyman-snapshots-'));
  storage = createLocalStorage(folder);
  kit = testKit({ handlers: [...analytics.handlers, ...snapshotHandlers(services())] });
});
afterEach(async () => {
  kit.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => analytics.close());

const services = () => ({ db, storage, clock: () => analytics.clock.now, timezone, activeUserDays, snapshotDays: 30 });

/** The day of the clock in Berlin. */
const today = '2026-03-04';
const datasets = ['courses', 'days', 'figures', 'growth', 'heatmap', 'jobs', 'mentors', 'skills', 'users'];

const inSnapshots = (...names: string[]) => path.join(folder, 'analytics/snapshots', ...names);
const snapshots = async () => (await readdir(inSnapshots()).catch(() => [])).sort();
const unfinished = async () => (await readdir(path.join(folder, '.incoming')).catch(() => [])).sort();
const content = async (file: string, name = today) => gunzipSync(await readFile(inSnapshots(name, file))).toString();
const json = async (dataset: string, name = today): Promise<Record<string, unknown>[]> =>
  JSON.parse(await content(`${dataset}.json.gz`, name));
const manifestOf = async (name = today) =>
  manifestSchema.parse(JSON.parse(await readFile(inSnapshots(name, 'manifest.json'), 'utf8')));

/** The records of a CSV file without line ends in its cells. */
const csv = async (dataset: string) =>
  (await content(`${dataset}.csv.gz`))
    .split('\r\n')
    .slice(0, -1)
    .map((record) => record.split(','));

describe('export_analytics_snapshot', () => {
  it('writes each dataset as JSON and as CSV, with a manifest that is right', async () => {
    await fillPlatform(db, fc.sample(platforms, { seed: 3, numRuns: 1 })[0]!);
    const result = await exportAnalyticsSnapshot({});

    const manifest = await manifestOf();
    const expected = datasets.flatMap((name) => [`${name}.csv.gz`, `${name}.json.gz`]);
    expect((await readdir(inSnapshots(today))).sort()).toEqual([...expected, 'manifest.json'].sort());
    expect(manifest.files.map(({ name }) => name).sort()).toEqual(expected);
    expect(manifest).toMatchObject({ name: today, timezone, exportedAt: now.toISOString() });
    for (const { name, dataset, format, rows, bytes, sha256 } of manifest.files) {
      const stored = await readFile(inSnapshots(today, name));
      expect(stored.length).toBe(bytes);
      expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
      if (format === 'json') expect(await json(dataset)).toHaveLength(rows);
      else expect(await csv(dataset)).toHaveLength(rows + 1);
    }
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    expect(result).toMatchObject({ name: today, files: expected.length, bytes, removed: 0 });
    expect(await unfinished()).toEqual([]);
  });

  it('is whole on an empty platform', async () => {
    await exportAnalyticsSnapshot({});
    for (const dataset of ['courses', 'jobs', 'mentors', 'skills', 'users']) {
      expect(await json(dataset)).toEqual([]);
      expect(await csv(dataset)).toHaveLength(1);
    }
    expect(await json('days')).toHaveLength(366);
    expect(await json('growth')).toHaveLength(12);
    expect(await json('heatmap')).toHaveLength(7 * 24);
  });

  it('has the figures that are cached, whole in the JSON and value by value in the CSV', async () => {
    await analytics.createUsers(3);
    await exportAnalyticsSnapshot({});
    const figures = await json('figures');
    expect(figures.map(({ figure }) => figure).sort()).toEqual(
      ['courses', 'growth', 'heatmap-30', 'jobs', 'mentoring', 'platform', 'skills'].sort(),
    );
    expect(figures.find(({ figure }) => figure === 'platform')).toMatchObject({
      computedAt: now.toISOString(),
      value: { users: { total: 3 } },
    });
    expect(await csv('figures')).toContainEqual(['platform', now.toISOString(), 'users.total', '3']);
  });

  it('keeps figures that are fresh, and computes those that are out of date', async () => {
    await exportAnalyticsSnapshot({});
    await analytics.createUsers(1);
    const total = async () => (await csv('figures')).find(([, , path]) => path === 'users.total')?.[3];
    analytics.clock.now = new Date(now.getTime() + 3_600_000);
    await exportAnalyticsSnapshot({});
    expect(await total()).toBe('0');
    analytics.clock.now = new Date(now.getTime() + 3 * 3_600_000);
    await exportAnalyticsSnapshot({});
    expect(await total()).toBe('1');
  });

  it('has figures of the present time zone only, though others are cached as fresh', async () => {
    await exportAnalyticsSnapshot({});
    await generateActivityHeatmap({ days: 7 });
    const zoned = { ...services(), timezone: 'America/Havana' };
    await snapshotHandlers(zoned)[0]!.run({}, taskContext());
    // There it is half past midnight of the same day.
    expect(await manifestOf()).toMatchObject({ timezone: 'America/Havana' });
    const zones = (await json('figures')).flatMap(({ figure, value }) => {
      const { timezone, engagement } = value as { timezone?: string; engagement?: { timezone: string } };
      const zone = timezone ?? engagement?.timezone;
      return zone ? [[figure, zone]] : [];
    });
    expect(zones).toEqual(['growth', 'heatmap-30', 'platform'].map((figure) => [figure, 'America/Havana']));
    expect((await json('heatmap')).every(({ days }) => days === 30)).toBe(true);
  });

  it('leaves out heatmaps that are out of date', async () => {
    await generateActivityHeatmap({ days: 7 });
    analytics.clock.now = new Date(now.getTime() + 49 * 3_600_000);
    await exportAnalyticsSnapshot({});
    expect(new Set((await json('heatmap', '2026-03-06')).map(({ days }) => days))).toEqual(new Set([30]));
  });

  it('reads each dataset once for both of its files', async () => {
    const counted = countStatements(db);
    await writeSnapshot(counted.db, { now, timezone, storage, folder: 'counted' });
    // Seven by a cursor each, which takes three statements; the growth by one; the days by three.
    expect(counted.count()).toBe(7 * 3 + 1 + 3);
  });

  it.each(['skills.json.gz', 'skills.csv.gz'])('fails as the storage does, when %s cannot be written', async (broken) => {
    await sql`
      INSERT INTO skills (name, slug, category) SELECT md5(n::text) || n, 's' || n, md5(n::text) FROM generate_series(1, 5000) AS n
    `.execute(db);
    const failing: FileStorage = {
      ...storage,
      putFolder: (key, fill) =>
        storage.putFolder(key, (put) =>
          fill((name, data) =>
            name === broken ? Promise.reject(coded('STORAGE_UNAVAILABLE', { reason: 'ENOSPC' })) : put(name, data),
          ),
        ),
    };
    await expect(writeSnapshot(db, { now, timezone, storage: failing })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await unfinished()).toEqual([]);
  });

  it('ends when it is told to, in the middle of a dataset too', async () => {
    await analytics.createUsers(3);
    await batchCacheUserAnalytics.delay({});
    await kit.drain();
    const stop = new AbortController();
    const watched: FileStorage = {
      ...storage,
      putFolder: (key, fill) =>
        storage.putFolder(key, (put) =>
          fill((name, data) => {
            if (name.startsWith('users')) stop.abort();
            return put(name, data);
          }),
        ),
    };
    const writing = writeSnapshot(db, { now, timezone, storage: watched, signal: stop.signal });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(await unfinished()).toEqual([]);
  });

  it('has what people did by their ids, without names and addresses', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    await analytics.createUser({ is_active: false });
    await sql`INSERT INTO mentors (user_id, bio) VALUES (${ada}, 'I, Ada, mentor')`.execute(db);
    await analytics.writePosts(ada, 2);
    await batchCacheUserAnalytics.delay({});
    await kit.drain();
    await exportAnalyticsSnapshot({});

    expect(await json('users')).toMatchObject([
      { userId: ada, community: { posts: 2 } },
      { userId: ben, community: { posts: 0 } },
    ]);
    const [heading, first] = await csv('users');
    expect(first![heading!.indexOf('community.posts')]).toBe('2');
    expect(first![0]).toBe(String(ada));
    const all = await Promise.all((await readdir(inSnapshots(today))).map((file) => readFile(inSnapshots(today, file))));
    for (const file of all) {
      const text = file[0] === 0x1f ? gunzipSync(file).toString() : file.toString();
      expect(text).not.toMatch(/person\d|@example\.com|I, Ada/);
    }
  });

  it('has nothing that a spreadsheet would compute', async () => {
    const formula = '=HYPERLINK("https://evil.example","Prize")';
    await sql`
      INSERT INTO courses (title, provider, description, level, duration_hours) VALUES (${formula}, '+1', '-', 'mid', 1)
    `.execute(db);
    await exportAnalyticsSnapshot({});
    expect(await content('courses.csv.gz')).toContain(`"'=HYPERLINK(""https://evil.example"",""Prize"")","'+1",mid,0`);
    expect(await json('courses')).toMatchObject([{ title: formula, provider: '+1' }]);
  });

  it('replaces the snapshot of the same day', async () => {
    await exportAnalyticsSnapshot({});
    await sql`INSERT INTO skills (name, slug, category) VALUES ('Go', 'go', 'x')`.execute(db);
    await exportAnalyticsSnapshot({});
    expect(await snapshots()).toEqual([today]);
    expect(await json('skills')).toMatchObject([{ name: 'Go' }]);
    expect(await unfinished()).toEqual([]);
  });

  it('removes snapshots that are too old', async () => {
    for (const name of ['2026-02-02', '2026-02-01', '2025-03-04']) {
      await storage.put(`analytics/snapshots/${name}/manifest.json`, Buffer.from('{}'));
    }
    expect(await exportAnalyticsSnapshot({})).toMatchObject({ removed: 2 });
    expect(await snapshots()).toEqual(['2026-02-02', today]);
  });

  it('removes what an export that was killed left behind, and leaves alone what may still be written', async () => {
    const [dead, alive] = ['dead', 'alive'].map((name) => path.join(folder, '.incoming', name)) as [string, string];
    for (const left of [dead, alive]) {
      await mkdir(left, { recursive: true });
      await writeFile(path.join(left, 'figures.json.gz'), 'half');
    }
    await utimes(dead, new Date(now.getTime() - 3 * 3_600_000), new Date(now.getTime() - 3 * 3_600_000));
    await utimes(alive, now, now);
    await exportAnalyticsSnapshot({});
    expect(await unfinished()).toEqual(['alive']);
  });

  it('leaves one whole snapshot when two run at once', async () => {
    await analytics.createUsers(3);
    await Promise.all([exportAnalyticsSnapshot({}), exportAnalyticsSnapshot({})]);
    expect(await snapshots()).toEqual([today]);
    for (const { name, sha256 } of (await manifestOf()).files) {
      const stored = await readFile(inSnapshots(today, name));
      expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
    }
    expect(await unfinished()).toEqual([]);
  });

  it('leaves the last snapshot as it was when it fails in the middle', async () => {
    await exportAnalyticsSnapshot({});
    const before = await manifestOf();
    await sql`ALTER TABLE mentors RENAME TO mentors_away`.execute(db);
    try {
      await expect(exportAnalyticsSnapshot({})).rejects.toThrow('mentors');
    } finally {
      await sql`ALTER TABLE mentors_away RENAME TO mentors`.execute(db);
    }
    expect(await manifestOf()).toEqual(before);
    expect(await unfinished()).toEqual([]);
  });

  it('is of one moment, though users are deleted while it is written', async () => {
    const [ada] = await analytics.createUsers(2);
    await batchCacheUserAnalytics.delay({});
    await kit.drain();
    // The figures are there already: what waits is the export itself, in its transaction.
    await cacheFigures();
    const release = await holding(db, sql`LOCK TABLE courses IN ACCESS EXCLUSIVE MODE`);
    const running = exportAnalyticsSnapshot({});
    await until(() => analytics.isSomeoneWaiting());
    await db.deleteFrom('users').where('id', '=', ada!).execute();
    await release();
    await running;
    expect(await json('users')).toHaveLength(2);
    expect((await json('days')).at(-1)).toMatchObject({ date: '2026-03-03' });
  });
});

/** Caches all figures, as fresh. */
async function cacheFigures(): Promise<void> {
  const keys = ['platform', 'growth', 'heatmap-30'];
  const value = { timezone, engagement: { timezone }, months: [], days: [], weekHours: [] };
  const expires_at = new Date(now.getTime() + 3_600_000);
  await db
    .insertInto('cached_analytics')
    .values(keys.map((key) => ({ key, value: JSON.stringify(value), computed_at: now, expires_at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
