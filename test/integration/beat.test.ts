import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOutbox } from '#src/db/outbox.js';
import { createBeatStore } from '#src/db/schedule.js';
import { crontab, parseCrontab } from '#src/taskkit/beat/crontab.js';
import { nextCrontabRun } from '#src/taskkit/beat/next-run.js';
import { pauseEntry, reconcileSchedule, resumeEntry, runEntry, tick } from '#src/taskkit/beat/tick.js';
import {
  type BeatStore,
  type Broker,
  connect,
  resolveSchedule,
  type Schedule,
  startBeat,
  type TaskMessage,
  task,
} from '#src/taskkit/index.js';
import { createTestDatabase } from '../support/database.js';
import { memoryLog, until } from '../support/kit.js';

const job = task('tests.beat.job', { n: z.number().optional() }, { returns: {} });

let test: Awaited<ReturnType<typeof createTestDatabase>>;
let store: BeatStore;

beforeAll(async () => {
  test = await createTestDatabase();
  store = createBeatStore(test.db);
  const log = memoryLog();
  const broker = {} as Broker; // Tasks of the schedule go to the outbox.
  connect({ broker, outbox: createOutbox(test.db, test.url), routes: {}, defaultQueue: 'celery', log, handlers: [] });
});
afterAll(async () => {
  connect(undefined);
  await test.drop();
});
beforeEach(async () => {
  await sql`TRUNCATE schedule_state, task_outbox`.execute(test.db);
});

const minute = 60_000;
const hour = 60 * minute;
const at = (text: string) => new Date(text);
const later = (time: Date, milliseconds: number) => new Date(time.getTime() + milliseconds);
const resolve = (schedule: Schedule) => resolveSchedule(schedule, 'UTC');
const every = (seconds: number, args?: { n: number }) =>
  resolve({ job: { task: job, schedule: seconds, ...(args && { args }) } });

/** The messages that were sent and have not left, oldest first. */
async function sent(): Promise<TaskMessage[]> {
  const rows = await test.db.selectFrom('task_outbox').select('message').orderBy('position').execute();
  return rows.map(({ message }) => message);
}
const sentIds = async () => (await sent()).map(({ id }) => id);
const stateOf = async (name: string) => (await store.list()).find((state) => state.name === name);

describe('a tick', () => {
  const start = at('2026-11-22T10:00:00Z');

  it('sends what is due with its arguments and options, under an id made from entry and time', async () => {
    const entries = resolve({
      'my.job': { task: job, schedule: 3600, args: { n: 7 }, options: { queue: 'slow', priority: 3, expires: 600 } },
      other: { task: job, schedule: 7200 },
    });
    await reconcileSchedule(entries, store, start);
    expect((await tick(entries, store, later(start, hour - 1))).sent).toEqual([]);
    const { sent: now } = await tick(entries, store, later(start, hour + 20));
    expect(now).toMatchObject([{ entry: { name: 'my.job' }, taskId: 'beat-my.job-20261122T110000Z' }]);
    expect(await sent()).toMatchObject([
      { id: 'beat-my.job-20261122T110000Z', name: 'tests.beat.job', args: { n: 7 }, queue: 'slow', priority: 3 },
    ]);
    expect((await sent())[0]!.expires).toBeGreaterThan(Date.now());
    expect(await stateOf('my.job')).toMatchObject({
      lastRunAt: later(start, hour + 20),
      nextRunAt: later(start, 2 * hour),
      lastTaskId: 'beat-my.job-20261122T110000Z',
      totalRunCount: 1,
    });
    expect(await stateOf('other')).toMatchObject({ lastRunAt: undefined, totalRunCount: 0 });
  });

  it('makes up what was missed by one run, then goes on in the old rhythm', async () => {
    const entries = resolve({
      interval: { task: job, schedule: 3600 },
      crontab: { task: job, schedule: crontab({ minute: 0, hour: '*/2' }) },
    });
    await reconcileSchedule(entries, store, start);
    const back = at('2026-11-24T15:30:00Z');
    expect((await tick(entries, store, back)).sent).toHaveLength(2);
    expect((await tick(entries, store, back)).sent).toHaveLength(0);
    expect(await stateOf('interval')).toMatchObject({ nextRunAt: at('2026-11-24T16:00:00Z'), totalRunCount: 1 });
    expect(await stateOf('crontab')).toMatchObject({ nextRunAt: at('2026-11-24T16:00:00Z'), totalRunCount: 1 });
  });

  it('leaves nothing behind when it fails half-way', async () => {
    const entries = resolve({ a: { task: job, schedule: 60 }, b: { task: job, schedule: 60 } });
    await reconcileSchedule(entries, store, start);
    const failing: BeatStore = {
      ...store,
      transact: (act, now) =>
        store.transact((session) => act({ ...session, save: () => Promise.reject(new Error('lost')) }), now),
    };
    await expect(tick(entries, failing, later(start, minute))).rejects.toThrow('lost');
    expect(await sentIds()).toEqual([]);
    expect((await tick(entries, store, later(start, minute))).sent).toHaveLength(2);
  });

  it('passes by what another beat is sending', async () => {
    const entries = every(60);
    await reconcileSchedule(entries, store, start);
    const now = later(start, minute);
    await store.transact(async (session) => {
      expect(await session.lockDue(entries.map(({ definition }) => definition))).toHaveLength(1);
      expect((await tick(entries, store, now)).sent).toEqual([]);
    }, now);
    expect((await tick(entries, store, now)).sent).toHaveLength(1);
  });
});

describe.each([
  { beats: 2, zone: 'Europe/Berlin', from: '2026-10-24T20:00:00Z', hours: 12 },
  { beats: 10, zone: 'America/New_York', from: '2026-03-08T04:00:00Z', hours: 7 },
])('$beats beats at once, across a change of the clocks in $zone', ({ beats, zone, from, hours }) => {
  it('send every run once', async () => {
    const lines = { quarterly: '*/15 * * * *', nightly: '30 1,2,3 * * *', hourly: '0 * * * *' };
    const schedule = Object.fromEntries(
      Object.entries(lines).map(([name, line]) => [name, { task: job, schedule: { ...parseCrontab(line), timezone: zone } }]),
    );
    const entries = resolve({ ...schedule, interval: { task: job, schedule: 2700 } });
    const start = at(from);
    await Promise.all(Array.from({ length: beats }, () => reconcileSchedule(entries, store, start)));
    const end = later(start, hours * hour);
    let count = 0;
    for (let now = start; now <= end; now = later(now, 15 * minute)) {
      const ticks = await Promise.all(Array.from({ length: beats }, () => tick(entries, store, now)));
      count += ticks.flatMap((result) => result.sent).length;
    }
    const expected = Object.entries(lines).flatMap(([name, line]) => {
      const runs = [];
      for (let run = start; ; ) {
        run = nextCrontabRun(parseCrontab(line), zone, run);
        if (run > end) return runs;
        runs.push(`beat-${name}-${run.toISOString().replace(/[-:]|\.000/g, '')}`);
      }
    });
    for (let run = later(start, 45 * minute); run <= end; run = later(run, 45 * minute)) {
      expected.push(`beat-interval-${run.toISOString().replace(/[-:]|\.000/g, '')}`);
    }
    expect((await sentIds()).sort()).toEqual(expected.sort());
    expect(count).toBe(expected.length);
    const states = await store.list();
    expect(states.reduce((sum, { totalRunCount }) => sum + totalRunCount, 0)).toBe(count);
  });
});

describe('a beat that starts', () => {
  const start = at('2026-11-22T10:00:00Z');

  it('leaves entries as they are that have not changed', async () => {
    await reconcileSchedule(every(3600), store, start);
    await reconcileSchedule(every(3600), store, later(start, 30 * minute));
    expect(await stateOf('job')).toMatchObject({ nextRunAt: later(start, hour) });
  });

  it('takes a changed entry over from its last run on', async () => {
    await reconcileSchedule(every(3600), store, start);
    await tick(every(3600), store, later(start, hour));
    await reconcileSchedule(every(7200), store, later(start, 1.5 * hour));
    expect(await stateOf('job')).toMatchObject({ nextRunAt: later(start, 3 * hour), totalRunCount: 1 });
    expect((await tick(every(7200), store, later(start, 2 * hour))).sent).toEqual([]);
    expect((await tick(every(7200), store, later(start, 3 * hour))).sent).toHaveLength(1);
  });

  it('does not lose a run that was due when the entry changed', async () => {
    await reconcileSchedule(every(3600, { n: 1 }), store, start);
    await reconcileSchedule(every(3600, { n: 2 }), store, later(start, 1.5 * hour));
    expect((await tick(every(3600, { n: 2 }), store, later(start, 1.5 * hour))).sent).toHaveLength(1);
    expect(await sent()).toMatchObject([{ args: { n: 2 } }]);
  });

  it('takes an entry away from beats that still have its old definition', async () => {
    const [old, changed] = [every(3600, { n: 1 }), every(3600, { n: 2 })];
    await reconcileSchedule(old, store, start);
    await reconcileSchedule(changed, store, start);
    expect((await tick(old, store, later(start, hour))).sent).toEqual([]);
    expect((await tick(changed, store, later(start, hour))).sent).toHaveLength(1);
  });

  it('removes entries that are no longer defined, and nothing runs any more', async () => {
    const both = resolve({ stays: { task: job, schedule: 60 }, goes: { task: job, schedule: 60 } });
    await reconcileSchedule(both, store, start);
    await reconcileSchedule(both.slice(0, 1), store, start);
    expect((await store.list()).map(({ name }) => name)).toEqual(['stays']);
    expect((await tick(both, store, later(start, hour))).sent).toMatchObject([{ entry: { name: 'stays' } }]);
    await reconcileSchedule([], store, start);
    expect(await store.list()).toEqual([]);
  });

  it('with many others at once makes each entry once', async () => {
    const entries = resolve({ a: { task: job, schedule: 60 }, b: { task: job, schedule: 60 } });
    await Promise.all(Array.from({ length: 8 }, (_, n) => reconcileSchedule(entries, store, later(start, n * 1000))));
    expect(await store.list()).toHaveLength(2);
  });
});

describe('an entry', () => {
  const entries = every(3600);
  const [entry] = entries as [(typeof entries)[number]];
  const start = later(new Date(), -5.5 * hour);
  const now = later(start, 5.5 * hour);

  it('does not run while it is paused, also over a change, and does not make up for it afterwards', async () => {
    await reconcileSchedule(entries, store, start);
    await pauseEntry(entry, store);
    await pauseEntry(entry, store);
    expect((await tick(entries, store, now)).sent).toEqual([]);
    const [changed] = every(3600, { n: 1 }) as [typeof entry];
    await reconcileSchedule([changed], store, now);
    expect((await tick([changed], store, now)).sent).toEqual([]);
    await resumeEntry(changed, store);
    const { nextRunAt, paused } = (await stateOf('job'))!;
    expect(paused).toBe(false);
    expect(nextRunAt.getTime()).toBeGreaterThan(now.getTime());
    expect((await tick([changed], store, now)).sent).toEqual([]);
    expect((await tick([changed], store, nextRunAt)).sent).toHaveLength(1);
  });

  it('that is resumed without having been paused keeps its next run', async () => {
    await reconcileSchedule(entries, store, now);
    const { nextRunAt } = (await stateOf('job'))!;
    await resumeEntry(entry, store);
    expect(await stateOf('job')).toMatchObject({ nextRunAt, paused: false });
  });

  it('can be run now, paused or not, beside its regular runs', async () => {
    await reconcileSchedule(entries, store, now);
    const { nextRunAt } = (await stateOf('job'))!;
    await pauseEntry(entry, store);
    const ids = [await runEntry(entry, store), await runEntry(entry, store)];
    expect(await sentIds()).toEqual(ids);
    expect(await stateOf('job')).toMatchObject({ lastTaskId: ids[1], totalRunCount: 2, nextRunAt, paused: true });
  });

  it('can be paused and run before a beat was ever started', async () => {
    await pauseEntry(entry, store);
    await runEntry(entry, store);
    expect(await stateOf('job')).toMatchObject({ paused: true, totalRunCount: 1 });
  });
});

describe('startBeat', () => {
  it("goes by the database's clock, and stops when told to", async () => {
    const log = memoryLog();
    const stop = await startBeat({ entries: every(1), store, log });
    await until(async () => (await sent()).length >= 2);
    await stop();
    const ids = await sentIds();
    expect(new Set(ids).size).toBe(ids.length);
    expect(log.lines[0]).toMatch(/Scheduler: sending due task job \(tests\.beat\.job\[beat-job-\d{8}T\d{6}Z\]\)/);
    expect((await stateOf('job'))?.totalRunCount).toBe(ids.length);
    await stop();
  });

  it('waits while the database is away, says so once, and goes on', async () => {
    const log = memoryLog();
    let away = false;
    let refused = 0;
    const flaky: BeatStore = {
      ...store,
      transact: (act, now) => {
        if (!away) return store.transact(act, now);
        refused++;
        return store.transact(async (session) => {
          await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(session.transaction);
          return act(session);
        }, now);
      },
    };
    const stop = await startBeat({ entries: every(1), store: flaky, log });
    away = true;
    await until(() => refused >= 3);
    away = false;
    await until(() => log.lines.some((line) => line.startsWith('Scheduler: sending')));
    await stop();
    const told = log.lines.filter((line) => !line.startsWith('Scheduler: sending'));
    expect(told).toEqual([expect.stringContaining('The scheduler waits: '), 'The scheduler works again']);
  });

  it('says once that another beat has taken an entry over', async () => {
    const log = memoryLog();
    const stop = await startBeat({ entries: every(1), store, log });
    await reconcileSchedule(every(1, { n: 2 }), store);
    const isTold = (line: string) => line.includes('this one no longer sends job');
    await until(() => log.lines.some(isTold));
    await stop();
    expect(log.lines.filter(isTold)).toHaveLength(1);
  });

  it('rejects when the database is away at its start', async () => {
    const lost: BeatStore = { ...store, transact: () => Promise.reject(new Error('away')) };
    await expect(startBeat({ entries: [], store: lost, log: memoryLog() })).rejects.toThrow('away');
  });
});
