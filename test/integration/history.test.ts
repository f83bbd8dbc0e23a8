import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApp } from '#src/app.js';
import { createDatabase } from '#src/db/database.js';
import { startEmbedded, stopEmbedded } from '#src/db/embedded/index.js';
import {
  createHistory,
  expireHistory,
  getRun,
  parseQuery,
  type RunSearch,
  readAttempts,
  searchRuns,
} from '#src/db/history/index.js';
import { migrate } from '#src/db/migrate.js';
import { createLogger } from '#src/logging.js';
import { startAppWorker } from '#src/services.js';
import { resolveSettings } from '#src/settings.js';
import { migrateBroker } from '#src/taskkit/index.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { memoryLog, until } from '../support/kit.js';
import { runEvents } from '../support/run-events.js';

let test: TestDatabase;
const log = memoryLog();
const { event, life, time } = runEvents();

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  log.lines.length = 0;
  await test.db.deleteFrom('task_history').execute();
  await test.db.deleteFrom('task_attempts').execute();
});

const count = async (db = test.db) =>
  (
    await db
      .selectFrom('task_history')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count;

/** A page of what a query finds. */
const search = (query: string, page: Omit<RunSearch, 'conditions'> = {}, db = test.db) =>
  searchRuns(db, { conditions: parseQuery(query, new Date()), ...page });

/** Records events with a history of their own, as one worker would. */
async function record(...events: ReturnType<typeof event>[]) {
  const history = createHistory(test.db, { log });
  for (const one of events) history.observe(one);
  await history.close();
}

describe('the life of a task', () => {
  it('says where it stands in its graph', async () => {
    await record(event({ id: 'step', parentId: 'before', rootId: 'first', groupId: 'group' }), event({ id: 'alone' }));
    expect(await getRun(test.db, 'step')).toMatchObject({ parentId: 'before', rootId: 'first', groupId: 'group' });
    expect(await getRun(test.db, 'alone')).toMatchObject({ parentId: null, rootId: null, groupId: null });
  });

  it('is one row, which is always its last run', async () => {
    const history = createHistory(test.db, { log });
    const states: unknown[] = [];
    for (const one of life('a')) {
      history.observe(one);
      await history.flush();
      const run = await getRun(test.db, 'a');
      states.push([run?.status, run?.worker, run?.retries, run?.runtimeMs]);
    }
    await history.close();
    expect(states).toEqual([
      ['STARTED', 'one', 0, null],
      ['PENDING', 'one', 0, 10],
      ['STARTED', 'two', 0, null],
      ['RETRY', 'two', 0, 10],
      ['STARTED', 'one', 1, null],
      ['SUCCESS', 'one', 1, 50],
    ]);
    expect(await getRun(test.db, 'a')).toEqual({
      id: 'a',
      name: 'tests.work',
      queue: 'celery',
      status: 'SUCCESS',
      args: { userId: 7 },
      result: { done: true },
      error: null,
      worker: 'one',
      retries: 1,
      enqueuedAt: time(0),
      startedAt: time(1050),
      finishedAt: time(1100),
      runtimeMs: 50,
      parentId: null,
      rootId: null,
      groupId: null,
      updatedAt: time(1100),
    });
    expect(await count()).toBe(1);
  });

  it('keeps the runs before the last one, also those that were written at once', async () => {
    const runs = [
      { status: 'PENDING', worker: 'one', startedAt: time(10), endedAt: time(20), error: null },
      {
        status: 'RETRY',
        worker: 'two',
        startedAt: time(30),
        endedAt: time(40),
        error: { code: 'ECONNRESET', message: 'connection reset' },
      },
    ];
    await record(...life('a'));
    expect(await readAttempts(test.db, 'a')).toEqual(runs);
    // Told once more, and the last first.
    for (const one of life('a').reverse()) await record(one);
    expect(await readAttempts(test.db, 'a')).toEqual(runs);
    expect(await readAttempts(test.db, 'nobody')).toEqual([]);
  });

  it('keeps how it ended when it is run once more', async () => {
    const error = { code: 'USER_NOT_FOUND', message: 'There is no user 7.' };
    await record(event({ type: 'failed', startedAt: 10, at: 20, error }));
    expect(await readAttempts(test.db, 'a')).toEqual([]);
    await record(event({ retries: 1, startedAt: 1000, at: 1000 }));
    await record(event({ type: 'succeeded', retries: 1, startedAt: 1000, at: 1010 }));
    expect(await readAttempts(test.db, 'a')).toEqual([
      { status: 'FAILURE', worker: 'one', startedAt: time(10), endedAt: time(20), error },
    ]);
  });

  it('keeps the first 100 runs of a task that is retried for ever', async () => {
    const retry = (retries: number) => event({ type: 'retried', retries, startedAt: retries * 10, at: retries * 10 + 5 });
    await record(...Array.from({ length: 150 }, (_, retries) => retry(retries)));
    const kept = await readAttempts(test.db, 'a');
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)).toMatchObject({ startedAt: time(990) });
  });

  it('that fails keeps the error', async () => {
    const error = { code: 'USER_NOT_FOUND', message: 'There is no user 7.', stack: 'at work' };
    await record(event({ type: 'failed', error }));
    expect(await getRun(test.db, 'a')).toMatchObject({ status: 'FAILURE', error, finishedAt: time(0) });
  });

  it('that nobody has heard of is unknown', async () => {
    expect(await getRun(test.db, 'nobody')).toBeUndefined();
  });

  it('is written by itself, and at once when a batch is full', async () => {
    const history = createHistory(test.db, { log, batch: 3, intervalMs: 600_000 });
    for (const id of ['a', 'b', 'c']) history.observe(event({ id }));
    await until(async () => (await count()) === 3);
    await history.close();

    const patient = createHistory(test.db, { log, intervalMs: 10 });
    patient.observe(event({ id: 'd' }));
    await until(async () => (await count()) === 4);
    await patient.close();
  });

  it('is told by two workers at once and out of order, and ends the same', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `task-${n}`);
    const events = ids.flatMap((id) => life(id));
    // Each worker writes its own part, the last events first, in small batches that meet each other's rows.
    const parts = ['one', 'two'].map((worker) => events.filter((one) => one.worker === worker).reverse());
    const writers = parts.map(async (part) => {
      const history = createHistory(test.db, { log, batch: 50 });
      for (const [index, one] of part.entries()) {
        history.observe(one);
        if (index % 40 === 0) await history.flush();
      }
      await history.close();
    });
    await Promise.all(writers);
    const { runs } = await search('state:SUCCESS', { limit: 200 });
    expect(runs).toHaveLength(200);
    for (const run of runs) expect(run).toMatchObject({ worker: 'one', retries: 1, result: { done: true } });
    expect(log.lines).toEqual([]);
  });
});

describe('what is kept', () => {
  it('holds no secret, and of large values only the start', async () => {
    const args = { userId: 7, resetToken: 'kept-from-all', users: [{ profile: { password: 'kept-from-all' } }] };
    const result = { text: 'a'.repeat(3000), numbers: Array.from({ length: 20_000 }, (_, n) => n) };
    await record(event({ type: 'succeeded', args, result }));
    expect(await getRun(test.db, 'a')).toMatchObject({
      args: { userId: 7, resetToken: '[redacted]', users: [{ profile: { password: '[redacted]' } }] },
      result: { truncated: true, start: { text: expect.stringMatching(/^a{2000}… \(1000 more characters\)$/) } },
    });
    const { rows } = await sql`SELECT 1 FROM task_history WHERE task_history::text LIKE '%kept-from-all%'`.execute(test.db);
    expect(rows).toEqual([]);
  });

  it('is everything but the row that PostgreSQL does not take, which is named', async () => {
    const broken = { ...event({ id: 'broken' }), enqueuedAt: new Date(Number.NaN) };
    await record(event({ id: 'a' }), broken, event({ id: 'z' }));
    expect((await search('')).runs.map(({ id }) => id)).toEqual(['z', 'a']);
    expect(log.lines).toEqual([
      expect.stringMatching(/^Task \[broken\] is missing in the history: null value in column "enqueued_at"/),
    ]);
  });

  it('never costs the worker anything: an event that cannot be read is named and left out', async () => {
    const malformed = { ...event(), name: undefined as unknown as string };
    await record(malformed, event({ id: 'b' }));
    expect(await count()).toBe(1);
    expect(log.lines).toEqual([expect.stringMatching(/^Task \[a\] is missing in the history/)]);
  });
});

describe('while the database is away', () => {
  let options: Parameters<typeof startEmbedded>[0];
  let url: string;
  const stop = () => stopEmbedded(options.folder, options.fallbackFolder);

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-history-'));
    // As root, the server runs as another user, who must enter the folder.
    chmodSync(folder, 0o711);
    options = { folder, fallbackFolder: path.join(folder, 'fallback'), log };
    ({ url } = await startEmbedded(options));
    await migrate(url);
  });
  afterAll(async () => {
    await stop();
    rmSync(options.folder, { recursive: true, force: true });
  });

  it('what happens waits, and is all there when the database is back', async () => {
    const db = createDatabase(url);
    const history = createHistory(db, { log, batch: 10, intervalMs: 10 });
    history.observe(event({ id: 'before' }));
    await history.flush();
    await stop();
    log.lines.length = 0;
    for (let n = 0; n < 100; n++) for (const one of life(`task-${n}`)) history.observe(one);
    history.observe(event({ id: 'before', type: 'succeeded' }));
    await expect(history.flush()).rejects.toThrow();
    expect(log.lines.filter((line) => /could not be written and waits/.test(line))).toHaveLength(1);

    await startEmbedded(options);
    await until(async () => (await count(db).catch(() => 0)) === 101);
    await until(async () => (await search('state:SUCCESS', { limit: 200 }, db)).runs.length === 101);
    await history.close();
    await db.destroy();
    expect(log.lines.filter((line) => /missing/.test(line))).toEqual([]);
  });

  it('the oldest of too many are dropped, which is said once, with their number, when it is back', async () => {
    const db = createDatabase(url);
    await db.deleteFrom('task_history').execute();
    const history = createHistory(db, { log, intervalMs: 10 });
    await stop();
    for (let n = 0; n < 20_000; n++) history.observe(event({ id: `done-${n}`, type: 'succeeded' }));
    for (let n = 0; n < 5; n++) history.observe(event({ id: `start-${n}` }));
    for (let n = 0; n < 2; n++) history.observe(event({ id: `late-${n}`, type: 'succeeded' }));
    await expect(history.flush()).rejects.toThrow();
    await startEmbedded(options);
    await until(() =>
      history.flush().then(
        () => true,
        () => false,
      ),
    );
    await history.close();
    expect(await count(db)).toBe(20_000);
    expect(await getRun(db, 'late-1')).toBeDefined();
    await db.destroy();
    expect(log.lines.filter((line) => /missing/.test(line))).toEqual([
      '7 runs are missing in the task history: too many waited for the database',
    ]);
  });

  it('a worker can stop all the same, and says what is lost', async () => {
    const db = createDatabase(url);
    const history = createHistory(db, { log });
    await stop();
    for (const id of ['a', 'b']) history.observe(event({ id }));
    await history.close();
    await db.destroy();
    expect(log.lines.at(-1)).toBe('2 runs are missing in the task history: the database did not take them in time');
    await startEmbedded(options);
  });
});

describe('a worker', () => {
  async function runOne(days: string) {
    const stateDir = mkdtempSync(path.join(tmpdir(), 'journeyman-history-app-'));
    await migrateBroker(test.url);
    const settings = resolveSettings({
      flags: { DATABASE_URL: test.url, STATE_DIR: stateDir, TASK_HISTORY_DAYS: days, CELERY_WORKER_CONCURRENCY: '1' },
    });
    const app = await openApp(settings, createLogger({ level: 'critical', format: 'json', name: 'test' }));
    const worker = await startAppWorker(app, { queues: ['notification'], name: 'historian' });
    try {
      const task = await sendNotificationAsync.delay({ userId: 1, notificationType: 'hint', title: 'Hello', message: 'There' });
      await until(() => task.ready());
      return task.id;
    } finally {
      await worker.stop(0);
      await app.close();
      rmSync(stateDir, { recursive: true, force: true });
    }
  }

  it('records what it runs', async () => {
    const id = await runOne('30');
    expect(await getRun(test.db, id)).toMatchObject({
      name: 'tasks.notification_tasks.send_notification_async',
      queue: 'notification',
      worker: 'historian',
      args: { title: 'Hello' },
      finishedAt: expect.any(Date),
    });
  });

  it('records nothing when TASK_HISTORY_DAYS is 0', async () => {
    await runOne('0');
    expect(await count()).toBe(0);
  });
});

describe('expireHistory', () => {
  /** Rows that were last heard of so many days ago. */
  const insert = (days: number, many: number) =>
    sql`
      INSERT INTO task_history (id, name, queue, state, args, enqueued_at, updated_at)
      SELECT ${`${days}-`} || n, 'tests.work', 'celery', 'PENDING', '{}', now() - interval '90 days', now() - make_interval(days => ${days})
      FROM generate_series(1, ${many}::int) AS n
    `.execute(test.db);

  it('deletes what was last heard of before then, however long ago it was enqueued, and stops', async () => {
    await insert(31, 12_000);
    await insert(29, 10);
    expect(await expireHistory(test.db, 30)).toBe(12_000);
    expect(await count()).toBe(10);
    expect(await expireHistory(test.db, 30)).toBe(0);
  });

  it('deletes the runs before a last one by their own age', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    const attempt = (days: number) => ({
      id: 'a',
      retries: 0,
      started_at: daysAgo(days),
      ended_at: daysAgo(days),
      state: 'RETRY' as const,
      worker: 'one',
    });
    await test.db
      .insertInto('task_attempts')
      .values([attempt(31), attempt(29)])
      .execute();
    await expireHistory(test.db, 30);
    expect(await readAttempts(test.db, 'a')).toHaveLength(1);
  });

  it('deletes everything for 0 days', async () => {
    await insert(1, 10);
    expect(await expireHistory(test.db, 0)).toBe(10);
  });

  it('shares the work when two do it at once', async () => {
    await insert(31, 12_000);
    const deleted = await Promise.all([expireHistory(test.db, 30), expireHistory(test.db, 30)]);
    const left = await expireHistory(test.db, 30);
    expect(deleted[0]! + deleted[1]! + left).toBe(12_000);
    expect(await count()).toBe(0);
  });
});

describe('a search', () => {
  const idsOf = async (query: string) => (await search(query)).runs.map(({ id }) => id);

  beforeEach(() =>
    record(
      event({
        id: 'mail-1',
        name: 'tasks.mail',
        queue: 'email',
        type: 'succeeded',
        enqueuedAt: 1000,
        args: { to: 'ada@example.com', userId: 42 },
      }),
      event({
        id: 'mail-2',
        name: 'tasks.mail',
        queue: 'email',
        type: 'failed',
        enqueuedAt: 2000,
        args: { to: 'bob@example.com', userId: 421 },
        error: { code: 'EMAIL_REJECTED', message: 'Mailbox unavailable', stack: 'at secretive.ts' },
      }),
      event({
        id: 'cv-1',
        name: 'tasks.read',
        queue: 'resume',
        worker: 'two',
        enqueuedAt: 3000,
        args: { note: 'first line\nsecond "line" of Zoë, C:\\new' },
      }),
      event({
        id: 'cv%2',
        name: 'tasks.read',
        queue: 'resume',
        worker: 'two',
        type: 'succeeded',
        enqueuedAt: 4000,
        result: { skills: ['TypeScript', 'PostgreSQL'] },
      }),
    ),
  );

  it('finds everything, the one enqueued last first', async () => {
    expect(await idsOf('')).toEqual(['cv%2', 'cv-1', 'mail-2', 'mail-1']);
  });

  it.each<[string, string, string[]]>([
    ['state', 'state:SUCCESS', ['cv%2', 'mail-1']],
    ['state that none has', 'state:REVOKED', []],
    ['other states', '-state:SUCCESS', ['cv-1', 'mail-2']],
    ['name', 'name:tasks.mail', ['mail-2', 'mail-1']],
    ['what the name ends in', 'name:MAIL', ['mail-2', 'mail-1']],
    ['other names', '-name:mail', ['cv%2', 'cv-1']],
    ['queue', 'queue:resume', ['cv%2', 'cv-1']],
    ['a part of the queue', 'queue:*m*', ['cv%2', 'cv-1', 'mail-2', 'mail-1']],
    ['other queues', '-queue:res*', ['mail-2', 'mail-1']],
    ['queue that none has', 'queue:none', []],
    ['no queue', '-queue:*', []],
    ['worker', 'worker:one', ['mail-2', 'mail-1']],
    ['other workers', '-worker:one', ['cv%2', 'cv-1']],
    ['time, from and before', `since:${time(2000).toISOString()} until:${time(4000).toISOString()}`, ['cv-1', 'mail-2']],
    ['how the id begins', 'id:mail-', ['mail-2', 'mail-1']],
    ['how the id begins, with no wildcards', 'id:cv%', ['cv%2']],
    ['several at once', 'state:SUCCESS queue:email ada', ['mail-1']],
  ])('filters by %s', async (_, query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  it.each([
    ['a value', '"ada@example.com"', ['mail-1']],
    ['the beginning of words, in any order and case', 'EXAM Bob', ['mail-2']],
    ['a whole number only', '42', ['mail-1']],
    ['a key', 'skills', ['cv%2']],
    ['the result', 'postgres', ['cv%2']],
    ['the error', 'unavailable', ['mail-2']],
    ['the error without its stack', 'secretive', []],
    ['words beside line breaks, quotes and backslashes', 'line second new', ['cv-1']],
    ['letters beyond ASCII', 'zoë', ['cv-1']],
    ['words of different tasks', 'ada bob', []],
    ['words that are not there', 'example -ada', ['mail-2']],
    ['nothing but words that are not there', '-example -skills', ['cv-1']],
    ['an argument that has another value', '-kwargs:userId=42', ['cv%2', 'cv-1', 'mail-2']],
    ['what looks like a query', `"' | 'ada"`, []],
  ])('searches the text for %s', async (_, query, ids) => {
    expect(await idsOf(query)).toEqual(ids);
  });

  const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  it.each([
    ['no cursor at all', 'abc'],
    ['of another order', cursorOf('updatedAt', 1, 1, 'a')],
    ['whose value is a text', cursorOf('enqueuedAt', 'x', 1, 'a')],
    ['whose time is beyond all times', cursorOf('enqueuedAt', 1, 1e300, 'a')],
    ['whose id has a NUL', cursorOf('enqueuedAt', 1, 1, 'a\0')],
  ])('refuses a cursor %s', async (_, cursor) => {
    await expect(search('', { cursor })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('paging', () => {
  /** Tasks of which many were enqueued in the same millisecond. */
  const many = (prefix: string, size: number) =>
    record(
      ...Array.from({ length: size }, (_, n) =>
        event({ id: `${prefix}-${n}`, enqueuedAt: Math.floor(n / 30), type: 'succeeded' }),
      ),
    );

  async function pages(query: string, between = async () => {}) {
    const seen: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const { runs, next } = await search(query, { limit: 25, cursor });
      seen.push(...runs.map(({ id }) => id));
      cursor = next;
      await between();
    }
    return seen;
  }

  it.each([
    ['all', ''],
    ['a filter', 'state:SUCCESS'],
    ['words', 'userid'],
    ['words that are not there', '-nothing'],
  ])('through %s gives each task once', async (_, query) => {
    await many('old', 130);
    const seen = await pages(query);
    expect(seen).toHaveLength(130);
    expect(new Set(seen).size).toBe(130);
  });

  it('is not disturbed by what is enqueued and changed meanwhile', async () => {
    await many('old', 100);
    let round = 0;
    const seen = await pages('', async () => {
      round += 1;
      await record(
        event({ id: `new-${round}`, enqueuedAt: 10_000 + round }),
        event({ id: 'old-1', type: 'succeeded', retries: round }),
      );
    });
    expect(seen).toHaveLength(100);
    expect(new Set(seen).size).toBe(100);
  });

  it('has no next page after the last one', async () => {
    await many('old', 25);
    expect((await search('', { limit: 25 })).next).toBeUndefined();
    expect((await search('', { limit: 24 })).next).toBeDefined();
  });

  it('finds rare words among more tasks than are looked through one by one', async () => {
    await insertMany(20_100);
    const seen = await pages('oslo state:PENDING');
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => String(60 - n)));
    expect((await search('oslo state:PENDING')).searchedTo).toBeUndefined();
  });

  it('looks so far for what no index finds, says how far, and goes on from there', async () => {
    await insertMany(50_100);
    const first = await search('-rome');
    expect(first).toMatchObject({ runs: [], next: expect.any(String), searchedTo: enqueued(101) });
    const second = await search('-rome', { cursor: first.next });
    expect(second.runs.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => String(60 - n)));
    expect(second.searchedTo).toBeUndefined();
    expect((await pages('-rome')).length).toBe(60);
    expect((await pages('"rome oslo"')).length).toBe(0);
    const oldestFirst = await search('-rome', { order: { by: 'enqueuedAt', direction: 'asc' }, limit: 60 });
    expect(oldestFirst.runs.at(-1)?.id).toBe('60');
    const another = await search('-oslo', { order: { by: 'updatedAt', direction: 'asc' }, limit: 5 });
    expect(another.runs).toHaveLength(5);
  });

  it('does not ask the index for common words when hardly any task fits', async () => {
    await insertMany(50_100);
    const page = await search('kwargs:city=rome');
    expect(page).toMatchObject({ runs: [], searchedTo: enqueued(50_100 - 20_000 + 1) });
    expect(await pages('kwargs:city=rome')).toEqual([]);
  });

  const begin = new Date('2026-01-01T00:00:00Z');
  const enqueued = (n: number) => new Date(begin.getTime() + n * 1000);
  /** Tasks of which the first 60 have one word, the others another. */
  const insertMany = (size: number) =>
    sql`
      INSERT INTO task_history (id, name, queue, state, args, words, enqueued_at, updated_at)
      SELECT n::text, 'tests.work', 'celery', 'PENDING', '{}', (CASE WHEN n <= 60 THEN 'oslo' ELSE 'rome' END)::tsvector,
        ${begin}::timestamptz + n * interval '1 second', now()
      FROM generate_series(1, ${size}::int) AS n
    `.execute(test.db);
});
