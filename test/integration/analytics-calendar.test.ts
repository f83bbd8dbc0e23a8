/** Days, months and years that are not like others, late events, and clocks and time zones that change between the runs. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { computeHeatmap } from '#src/analytics/activity/heatmap.js';
import { rollUpActivity } from '#src/analytics/activity/roll-up.js';
import { computeGrowth } from '#src/analytics/growth/compute.js';
import { reportHandlers } from '#src/analytics/index.js';
import { findReport } from '#src/analytics/report/store.js';
import { activeUserDays, now, type OpenAnalytics, openAnalytics, timezone } from '../support/analytics.js';
import { loadRows } from '../support/analytics-rows.js';
import { taskContext } from '../support/kit.js';
import { slowDays, slowWeekHours } from '../support/slow-analytics.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
let ada: number;
let ben: number;
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(async () => {
  await analytics.empty();
  await db.deleteFrom('task_history').execute();
  [ada, ben] = (await analytics.createUsers(2)) as [number, number];
});
afterAll(() => analytics.close());

const heatmapAt = (at: string, days: number) => computeHeatmap(db, { days, now: new Date(at), timezone });
const busy = ({ days }: Awaited<ReturnType<typeof heatmapAt>>) =>
  days.filter(({ events }) => events > 0).map(({ date, events, users }) => `${date} ${events} ${users}`);

let tasks = 0;
const ran = (at: string) =>
  db
    .insertInto('task_history')
    .values({
      id: `task-${++tasks}`,
      name: 'tasks.a.task',
      queue: 'test',
      state: 'SUCCESS',
      args: '{}',
      enqueued_at: new Date(at),
      finished_at: new Date(at),
      updated_at: new Date(at),
    })
    .execute();

/** The report that is made at a time: its days, and a figure's value, day before and week before. */
async function reportAt(at: string) {
  const options = { db, clock: () => new Date(at), timezone, taskHistoryDays: 30, mailed: false };
  const { date } = (await reportHandlers(options)[0]!.run({}, taskContext())) as { date: string };
  const { report } = (await findReport(db, date))!;
  const figures = report.sections.flatMap((section) => section.figures);
  return {
    days: [date, report.dayBefore, report.weekBefore],
    figure(key: string) {
      const { value, dayBefore, weekBefore } = figures.find((figure) => figure.key === key)!;
      return [value, dayBefore, weekBefore];
    },
  };
}

describe.each([
  {
    day: 'a day of 23 hours',
    at: '2026-03-30T06:00:00Z',
    days: ['2026-03-29', '2026-03-28', '2026-03-22'],
    edges: ['2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'],
  },
  {
    day: 'a day of 25 hours',
    at: '2026-10-26T06:00:00Z',
    days: ['2026-10-25', '2026-10-24', '2026-10-18'],
    edges: ['2026-10-24T21:59:59Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z'],
  },
  {
    day: 'a leap day',
    at: '2028-03-01T06:00:00Z',
    days: ['2028-02-29', '2028-02-28', '2028-02-22'],
    edges: ['2028-02-28T22:59:59Z', '2028-02-28T23:00:00Z', '2028-02-29T22:59:59Z', '2028-02-29T23:00:00Z'],
  },
  {
    day: 'the last day of a year',
    at: '2027-01-01T06:00:00Z',
    days: ['2026-12-31', '2026-12-30', '2026-12-24'],
    edges: ['2026-12-30T22:59:59Z', '2026-12-30T23:00:00Z', '2026-12-31T22:59:59Z', '2026-12-31T23:00:00Z'],
  },
])('$day', ({ at, days, edges }) => {
  it('is reported from its first to its last second, users, tasks and all', async () => {
    await analytics.act(ada, edges);
    await analytics.act(ben, edges.slice(1, 2));
    for (const edge of edges) {
      await db
        .insertInto('posts')
        .values({ author_id: ada, body: '-', created_at: new Date(edge) })
        .execute();
      await ran(edge);
    }
    const report = await reportAt(at);
    expect(report.days).toEqual(days);
    for (const key of ['posts', 'taskRuns']) expect(report.figure(key)).toEqual([2, 1, 0]);
    expect(report.figure('activeUsers')).toEqual([2, 1, 0]);
  });

  it('is counted once it is over as it was while it was open', async () => {
    await analytics.act(ada, edges);
    const today = [`${days[1]} 1 1`, `${days[0]} 2 1`];
    expect(busy(await heatmapAt(edges[2]!, 2))).toEqual(today);
    const after = await heatmapAt(at, 366);
    expect(busy(after).slice(0, 2)).toEqual(today);
    expect(after.days).toHaveLength(366);
    const { closed_until } = await db.selectFrom('activity_rollup').selectAll().executeTakeFirstOrThrow();
    expect(closed_until).toBe(after.to);
  });
});

it('the hour that comes twice holds both on the day itself already', async () => {
  await analytics.act(ada, ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z']);
  expect((await heatmapAt('2026-10-25T12:00:00Z', 1)).weekHours[6]!.slice(1, 5)).toEqual([0, 2, 1, 0]);
});

it('months are whole at the end of a year and of a February of 29 days', async () => {
  const signedUp = (id: number, at: string) =>
    db
      .updateTable('users')
      .set({ created_at: new Date(at) })
      .where('id', '=', id)
      .execute();
  // In Berlin these are 1 January and 29 February.
  await signedUp(ada, '2027-12-31T23:00:00Z');
  await signedUp(ben, '2028-02-29T22:59:59Z');
  await analytics.act(ada, ['2028-02-29T22:59:59Z']);
  await analytics.act(ben, ['2028-03-31T21:59:59Z', '2028-02-29T23:00:00Z']);
  const { months } = await computeGrowth(db, { now: new Date('2028-05-31T12:00:00Z'), timezone, activeUserDays });
  expect(months.map(({ month }) => month).slice(5)).toEqual([
    ...['2027-11', '2027-12', '2028-01', '2028-02', '2028-03', '2028-04', '2028-05'],
  ]);
  expect(months.filter(({ signUps }) => signUps > 0).map(({ month, returned }) => [month, returned])).toEqual([
    ['2028-01', 1],
    ['2028-02', 1],
  ]);
});

describe('a clock that was fast', () => {
  const day = 86_400_000;
  const inDays = (days: number) => new Date(Date.now() + days * day);
  const write = () => db.insertInto('activity_events').values({ user_id: ada, kind: 'login' }).execute();
  const counted = async (at: Date) => (await computeHeatmap(db, { days: 3, now: at, timezone: 'UTC' })).events;

  it('and closed days too early does not hide what happens on them', async () => {
    await write();
    await rollUpActivity(db, { now: inDays(40), timezone: 'UTC' });
    await write();
    expect(await counted(new Date())).toBe(2);
    await rollUpActivity(db, { now: inDays(1), timezone: 'UTC' });
    expect(await counted(inDays(1))).toBe(2);
  });
});

it('the heatmap is that of a slow count, in whatever order days are closed, events come late, and the zone and the clock change', async () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Havana', 'Pacific/Auckland');
  const minutesAgo = fc.integer({ min: 0, max: 60 * 1440 });
  const at = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const steps = fc.array(fc.record({ zone: zones, clock: minutesAgo, late: fc.array(minutesAgo, { maxLength: 4 }) }), {
    minLength: 2,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      await analytics.empty();
      ada = await analytics.createUser();
      for (const { zone, clock, late } of run) {
        if (late.length > 0)
          await analytics.act(
            ada,
            late.map((minutes) => at(minutes).toISOString()),
          );
        const moment = { now: at(clock), timezone: zone, activeUserDays };
        const { days, weekHours } = await computeHeatmap(db, { ...moment, days: 70 });
        const rows = await loadRows(db);
        expect(days).toEqual(slowDays(rows, moment, 70));
        expect(weekHours).toEqual(slowWeekHours(rows, moment, 70));
      }
    }),
    { numRuns: 15 },
  );
});
