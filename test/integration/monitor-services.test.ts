import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { expireSamples, runsByName, runsByStep, sampleRuns } from '#src/db/history/index.js';
import { addSamples, readSamples } from '#src/db/history/samples.js';
import { sampleQueues } from '#src/db/queue-samples.js';
import { createBeatStore } from '#src/db/schedule.js';
import type {
  AuditAnswer,
  MailboxAnswer,
  MailDetail,
  MailLogAnswer,
  QueueCountAnswer,
  QueueDetail,
  QueueRow,
  ScheduleAnswer,
  ScheduleRow,
  Snapshot,
  TaskNameDetail,
  TaskNamesAnswer,
  TaskStarted,
  ThroughputAnswer,
  WorkerActionAnswer,
  WorkerDetail,
  WorkersAnswer,
} from '#src/monitor/types/index.js';
import { AsyncResult, handle, resolveSchedule, startBeat, task } from '#src/taskkit/index.js';
import { failure } from '../support/api.js';
import { brokerKinds, until } from '../support/kit.js';
import { bodyOf, type OpenMonitor, openMonitor } from '../support/monitor-server.js';

const promtool = (() => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const add = task('tests.monitor.add', { a: z.number() }, { maxRetries: 0, returns: { a: z.number() } });
const idle = task('tests.monitor.idle', { password: z.string().optional() }, { queue: 'email', returns: {} });
const schedule = resolveSchedule(
  {
    hourly: { task: 'tests.monitor.add', schedule: 3600, args: { a: 1 } },
    daily: { task: 'tests.monitor.idle', schedule: 86_400 },
  },
  'UTC',
);

describe.each(brokerKinds)("the monitor's workers, queues and schedule on %s", (kind) => {
  let monitor: OpenMonitor;
  let worker: Awaited<ReturnType<OpenMonitor['startFullWorker']>>;
  let mayFail = true;
  beforeAll(async () => {
    monitor = await openMonitor(kind, { schedule });
    worker = await monitor.startFullWorker([
      handle(add, async ({ a }) => {
        if (a < 0 && mayFail) throw new Error('too small');
        return { a };
      }),
      handle(idle, async () => ({})),
    ]);
  });
  afterAll(() => monitor.close());

  const get = async <T>(url: string) => bodyOf<T>(await monitor.get(url));
  const post = async <T>(url: string, body: object = {}) => bodyOf<T>(await monitor.post(url, body));

  it('lists workers with what they say of themselves, and asks one for more', async () => {
    const { workers } = await get<WorkersAnswer>('/api/workers');
    expect(workers).toEqual([
      expect.objectContaining({
        name: 'worker',
        online: true,
        queues: ['celery'],
        concurrency: 4,
        stats: expect.objectContaining({
          active: 0,
          memoryBytes: expect.any(Number),
          loadAverage: [expect.any(Number), expect.any(Number), expect.any(Number)],
        }),
      }),
    ]);
    const detail = await get<WorkerDetail>('/api/workers/worker');
    expect(detail).toMatchObject({
      answered: true,
      current: [],
      activeQueues: [{ name: 'celery', paused: false }],
      registered: ['tests.monitor.add', 'tests.monitor.idle'],
      conf: { CELERY_TIMEZONE: 'UTC' },
    });
    expect(failure(await monitor.get('/api/workers/nobody'))).toEqual([404, 'WORKER_UNKNOWN']);
  });

  it('steers a worker', async () => {
    expect(await post<WorkerActionAnswer>('/api/workers/worker/pool', { change: 2 })).toEqual({
      text: '6 tasks of each queue at once',
    });
    await post('/api/workers/worker/pool', { change: -2 });
    expect(worker.concurrency).toBe(4);
    await post('/api/workers/worker/add-queue', { queue: 'extra' });
    expect(worker.queues).toEqual(['celery', 'extra']);
    await post('/api/workers/worker/cancel-queue', { queue: 'extra' });
    expect(worker.queues).toEqual(['celery']);
    await post('/api/workers/worker/rate-limit', { task: 'tests.monitor.add', rate: '1000/s' });
    await post('/api/workers/worker/rate-limit', { task: 'tests.monitor.add', rate: null });
    await post('/api/workers/worker/time-limit', { task: 'tests.monitor.add', soft: 10, hard: 20 });
    expect((await get<WorkerDetail>('/api/workers/worker')).changedLimits).toEqual({
      rates: { 'tests.monitor.add': null },
      times: { 'tests.monitor.add': { soft: 10, hard: 20 } },
    });
    expect(await post<WorkerActionAnswer>('/api/workers/worker/shutdown')).toEqual({ text: 'shuts down' });
    const refused = [
      await monitor.post('/api/workers/worker/pool', { change: -100 }),
      await monitor.post('/api/workers/worker/rate-limit', { task: 'tests.monitor.add', rate: 'fast' }),
    ];
    for (const answer of refused) expect(failure(answer)).toEqual([409, 'WORKER_REFUSED']);
    expect(failure(await monitor.post('/api/workers/worker/time-limit', { task: 'x', soft: 3, hard: 2 }))).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
    expect(failure(await monitor.post('/api/workers/nobody/shutdown'))).toEqual([404, 'WORKER_UNKNOWN']);
  });

  it('shows queues, holds them back and lets them go', async () => {
    const first = await idle.delay({ password: 'kept-from-all' });
    await until(async () => (await get<QueueDetail>('/api/queues/email')).waiting === 1);
    const before = await get<QueueDetail>('/api/queues/email?window=1h');
    expect(before).toMatchObject({
      paused: false,
      consumers: [],
      next: [{ id: first.id, args: '{"password":"[redacted]"}' }],
      tasks: expect.arrayContaining(['tests.monitor.idle']),
    });
    expect(before.oldestMs).toBeGreaterThanOrEqual(0);
    expect(await post<QueueRow>('/api/queues/email/pause')).toMatchObject({ paused: true, waiting: 1 });
    expect((await get<Snapshot>('/api/overview')).problems.map((problem) => problem.kind)).toContain('paused');
    expect(await post<QueueRow>('/api/queues/email/resume')).toMatchObject({ paused: false });

    const levels = { waiting: 3, active: 1, delayed: 0, failed: 0, oldestMs: 5000 };
    await sampleQueues(monitor.database.db, [{ queue: 'email', ...levels }]);
    await sampleQueues(monitor.database.db, [{ queue: 'email', ...levels, waiting: 9 }]);
    const { points } = await get<QueueDetail>('/api/queues/email?window=1h');
    expect(points).toEqual([{ at: expect.stringMatching(/:00\.000Z$/), ...levels }]);
    expect(failure(await monitor.get('/api/queues/none'))).toEqual([404, 'QUEUE_UNKNOWN']);
  });

  it('empties a queue only when no more wait than were confirmed', async () => {
    await idle.delay({});
    expect(failure(await monitor.post('/api/queues/email/drain', { confirm: 1 }))).toEqual([409, 'QUEUE_CHANGED']);
    expect(await post<QueueCountAnswer>('/api/queues/email/drain', { confirm: 2 })).toEqual({ count: 2 });
    expect(await get<QueueDetail>('/api/queues/email')).toMatchObject({ waiting: 0, oldestMs: null });
    expect(failure(await monitor.post('/api/queues/email/drain', {}))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('retries all that failed in a queue, those that were revoked left out', async () => {
    const failed = await Promise.all(Array.from({ length: 5 }, (_, index) => add.delay({ a: -1 - index })));
    for (const { id } of failed) await until(() => new AsyncResult(id).ready());
    const late = await add.applyAsync({ a: 1 }, { expires: -1 });
    await until(() => late.ready());
    expect(await late.status()).toBe('REVOKED');
    mayFail = false;
    expect(await post<QueueCountAnswer>('/api/queues/celery/retry-failed')).toEqual({ count: 5 });
    for (const { id } of failed) await new AsyncResult(id).get({ timeout: 30 });
    expect(await post<QueueCountAnswer>('/api/queues/celery/retry-failed')).toEqual({ count: 0 });
    mayFail = true;
    await worker.flush();
  });

  it('shows the schedule, its last runs, and steers it', async () => {
    const untouched = await get<ScheduleAnswer>('/api/schedule');
    expect(untouched.entries.map(({ name, nextRunAt, timing }) => [name, nextRunAt, timing])).toEqual([
      ['hourly', null, 'every hour'],
      ['daily', null, 'every day'],
    ]);
    const stopRelay = await monitor.startRelay();
    const stopBeat = await startBeat({ entries: schedule, store: createBeatStore(monitor.database.db), log: monitor.log });
    const { id } = await post<TaskStarted>('/api/schedule/hourly/run');
    expect(await new AsyncResult(id).get({ timeout: 30 })).toEqual({ a: 1 });
    expect(await post<ScheduleRow>('/api/schedule/hourly/pause')).toMatchObject({ paused: true, nextRunAt: null });
    expect(await post<ScheduleRow>('/api/schedule/hourly/resume')).toMatchObject({
      paused: false,
      nextRunAt: expect.any(String),
      lagMs: null,
    });
    await stopBeat();
    await stopRelay();
    await monitor.database.db
      .updateTable('schedule_state')
      .set({ next_run_at: new Date(Date.now() - 120_000) })
      .where('name', '=', 'daily')
      .execute();
    const { entries } = await get<ScheduleAnswer>('/api/schedule');
    expect(entries.find(({ name }) => name === 'daily')!.lagMs).toBeGreaterThanOrEqual(120_000);
    expect(failure(await monitor.post('/api/schedule/hourlly/run'))).toEqual([404, 'SCHEDULE_ENTRY_UNKNOWN']);
  });

  it('adds up runs by minute and by task, and counts no minute twice', async () => {
    const { db } = monitor.database;
    await worker.flush();
    const total = async () => (await get<ThroughputAnswer>('/api/throughput?window=1h')).total;
    const before = await total();
    expect(before).toMatchObject({ failed: 0, revoked: 1 });
    expect(before.succeeded).toBeGreaterThanOrEqual(6);
    expect(before.runtime.p50Ms).toEqual(expect.any(Number));
    await db
      .updateTable('task_history')
      .set(({ ref }) => ({ updated_at: new Date(Date.now() - 180_000), name: ref('name') }))
      .execute();
    await Promise.all([sampleRuns(db), sampleRuns(db), sampleRuns(db)]);
    const lengths = [1, 5, 15, 120].map((minutes) => ({ name: 'tests.monitor.add', minutes }));
    expect(await db.selectFrom('task_samples').select(['name', 'minutes']).orderBy('minutes').execute()).toEqual(lengths);
    expect(await total()).toEqual(before);
    expect(await runsByStep(db, { from: new Date(0), stepMs: 60_000, now: new Date() }, 'tests.none')).toEqual([]);

    const { tasks } = await get<TaskNamesAnswer>('/api/task-names?window=1h');
    expect(tasks.find(({ name }) => name === 'tests.monitor.add')).toMatchObject({
      queue: 'celery',
      succeeded: before.succeeded,
    });
    const detail = await get<TaskNameDetail>('/api/task-names/tests.monitor.add?window=1h');
    expect(detail.distribution.reduce((sum, { count }) => sum + count, 0)).toBe(before.succeeded);
    expect(detail.points.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(before.succeeded);
    expect(detail.slowest.length).toBeGreaterThan(0);
    expect(failure(await monitor.get('/api/task-names/tests.none'))).toEqual([404, 'TASK_UNKNOWN']);

    // A later minute of the same two hours is added to what is there, and every window has the same runs.
    const [sample] = await readSamples(db, { from: new Date(0), stepMs: 60_000, now: new Date() });
    await addSamples(db, [{ ...sample!, minute: new Date(Math.floor(sample!.minute.getTime() / 7_200_000) * 7_200_000 + 1) }]);
    const [twoHours] = await readSamples(db, { from: new Date(0), stepMs: 7_200_000, now: new Date() });
    expect(twoHours).toMatchObject({ succeeded: 2 * sample!.succeeded, revoked: 2 * sample!.revoked });
    expect(twoHours!.runtimes).toEqual(sample!.runtimes.map((count) => 2 * count));
    const { minute: _, ...sampled } = twoHours!;
    expect(await runsByName(db, { from: new Date(0), stepMs: 7_200_000, now: new Date() })).toContainEqual(sampled);
  });

  it('keeps the figures by the minute no longer than trends show them', async () => {
    const { db } = monitor.database;
    const [sample] = await readSamples(db, { from: new Date(0), stepMs: 60_000, now: new Date() });
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await addSamples(
      db,
      [1, 5, 23, 7 * 24].map((hours) => ({ ...sample!, name: `tests.${hours}-hours-ago`, minute: ago(hours) })),
    );
    await expireSamples(db, 7);
    const kept = await db
      .selectFrom('task_samples')
      .select(['name', 'minutes'])
      .where('name', 'like', '%-hours-ago')
      .orderBy('minutes')
      .execute();
    const of = (hours: number) => kept.filter(({ name }) => name === `tests.${hours}-hours-ago`).map(({ minutes }) => minutes);
    expect([of(1), of(5), of(23), of(7 * 24)]).toEqual([[1, 5, 15, 120], [5, 15, 120], [15, 120], [120]]);
    await db.deleteFrom('task_samples').where('name', 'like', '%-hours-ago').execute();
  });

  it('groups the last errors of a task by kind', async () => {
    for (let run = 0; run < 3; run++) {
      const { id } = await add.delay({ a: -1 });
      await until(() => new AsyncResult(id).ready());
    }
    await worker.flush();
    const { errors } = await get<TaskNameDetail>('/api/task-names/tests.monitor.add');
    expect(errors).toEqual([expect.objectContaining({ code: 'Error', message: 'too small', count: 3 })]);
    const snapshot = await freshSnapshot(monitor);
    expect(snapshot.lastFailures).toHaveLength(3);
    expect(snapshot.problems.map((problem) => problem.kind)).toContain('late_beat');
  });

  it('tells Prometheus, in its format, and counts each run once', async () => {
    const scrape = async () => (await monitor.get('/metrics')).body;
    const eventsOf = (text: string) =>
      Number(
        /journeyman_task_events_total\{worker="worker",task="tests.monitor.add",type="succeeded"\} (\d+)/.exec(text)?.[1] ?? 0,
      );
    const before = eventsOf(await scrape());
    for (const a of [1, 2, 3]) await new AsyncResult((await add.delay({ a })).id).get({ timeout: 30 });
    await worker.flush();
    const text = await scrape();
    expect(eventsOf(text) - before).toBe(3);
    expect(eventsOf(await scrape()) - before).toBe(3);
    expect(problemsOfExposition(text)).toEqual([]);
    if (promtool) expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
    for (const line of [
      'journeyman_service_up{service="broker"} 1',
      'journeyman_worker_online{worker="worker"} 1',
      'journeyman_queue_tasks{queue="celery",state="waiting"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('lists what was done, the newest first', async () => {
    const { items, total } = await get<AuditAnswer>('/api/audit?pageSize=2');
    expect(items).toHaveLength(2);
    expect(total).toBeGreaterThan(10);
    expect(items[0]!.id).toBeGreaterThan(items[1]!.id);
  });
});

describe("the monitor's mail", () => {
  let monitor: OpenMonitor;
  beforeAll(async () => {
    monitor = await openMonitor('postgres');
    const folder = path.join(monitor.folder, 'mailbox');
    await mkdir(folder);
    const mail = [
      'From: Careers <careers@example.com>',
      'To: ada@example.com',
      'Subject: Welcome',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p onclick="alert(1)">Hello</p><script>alert(2)</script>',
    ].join('\r\n');
    await writeFile(path.join(folder, '20260101-abc.eml'), mail);
    await monitor.database.db
      .insertInto('mail_log')
      .values(
        ['sent', 'failed', 'failed'].map((status, index) => ({
          unique_key: `welcome:${index}`,
          to_address: `user${index}@example.com`,
          template: 'welcome',
          status: status as 'sent' | 'failed',
          sent_at: status === 'sent' ? new Date() : null,
        })),
      )
      .execute();
  });
  afterAll(() => monitor.close());

  it('shows the development mailbox, a mail, and its HTML where nothing runs', async () => {
    const { mails, inUse } = bodyOf<MailboxAnswer>(await monitor.get('/api/mailbox'));
    expect([inUse, mails]).toEqual([true, [expect.objectContaining({ subject: 'Welcome', to: 'ada@example.com' })]]);
    const mail = bodyOf<MailDetail>(await monitor.get(`/api/mailbox/${mails[0]!.id}`));
    expect(mail).toMatchObject({
      hasHtml: true,
      headers: { subject: 'Welcome' },
      source: expect.stringContaining('Content-Type'),
    });
    const html = await monitor.get(`/api/mailbox/${mails[0]!.id}/html`);
    expect(html.headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'self'; sandbox$/);
    expect(html.headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(failure(await monitor.get('/api/mailbox/none'))).toEqual([404, 'MAIL_NOT_FOUND']);
    expect(failure(await monitor.get('/api/mailbox/..%2Fsecret-key'))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('shows the mail log, filtered, never a body', async () => {
    const log = bodyOf<MailLogAnswer>(await monitor.get('/api/mail-log?status=failed&to=USER2'));
    expect(log).toMatchObject({ total: 1, items: [{ to: 'user2@example.com', template: 'welcome', attempts: 0 }] });
    expect(Object.keys(log.items[0]!)).not.toContain('body');
    expect(bodyOf<MailLogAnswer>(await monitor.get('/api/mail-log?pageSize=1&page=2')).items).toHaveLength(1);
  });
});

async function freshSnapshot(monitor: OpenMonitor): Promise<Snapshot> {
  const { at } = bodyOf<Snapshot>(await monitor.get('/api/overview'));
  let snapshot: Snapshot | undefined;
  await until(async () => {
    snapshot = bodyOf<Snapshot>(await monitor.get('/api/overview'));
    return snapshot.at !== at;
  });
  return snapshot!;
}

/** What `promtool check metrics` would object to: https://github.com/prometheus/prometheus/blob/main/cmd/promtool/main.go */
function problemsOfExposition(text: string): string[] {
  const problems: string[] = [];
  const types = new Map<string, string>();
  const helps = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') types.set(name!, rest!);
    else if (kind === 'HELP') helps.add(name!);
    else if (line !== '') {
      const [, sample] = /^([a-z_:][a-z0-9_:]*)(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? -?[\d.e+-]+(?:Inf)?$/.exec(line) ?? [];
      if (!sample) problems.push(`not a sample: ${line}`);
      const family = sample?.replace(/_(bucket|sum|count)$/, '');
      if (sample && !types.has(sample) && !types.has(family!)) problems.push(`no type: ${line}`);
    }
  }
  for (const [name, type] of types) {
    if (!helps.has(name)) problems.push(`no help: ${name}`);
    if ((type === 'counter') !== name.endsWith('_total')) problems.push(`counters, and only they, end in _total: ${name}`);
    if (/_(milliseconds|ms|minutes|kilobytes)(_|$)/.test(name)) problems.push(`not a base unit: ${name}`);
  }
  return problems;
}
