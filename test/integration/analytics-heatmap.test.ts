import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { computeHeatmap } from '#src/analytics/activity/heatmap.js';
import { rollUpActivity } from '#src/analytics/activity/roll-up.js';
import { readHeatmap } from '#src/analytics/cache.js';
import { generateActivityHeatmap } from '#src/tasks/analytics.js';
import { now, type OpenAnalytics, openAnalytics, timezone } from '../support/analytics.js';
import { holding } from '../support/holding.js';
import { until } from '../support/kit.js';

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
  [ada, ben] = (await analytics.createUsers(2)) as [number, number];
});
afterAll(() => analytics.close());

async function heatmap(days: number) {
  await generateActivityHeatmap({ days });
  return (await readHeatmap(db, days))!.value;
}

const rollUp = () => rollUpActivity(db, { now, timezone });
const closedUntil = async () =>
  (await db.selectFrom('activity_rollup').select('closed_until').executeTakeFirstOrThrow()).closed_until;
const rolledUp = () =>
  db.selectFrom('activity_hours').select(['day', 'hour', 'kind', 'events']).orderBy('day').orderBy('hour').execute();

/** What the heatmap of 30 days says of the days that have events: `DATE EVENTS USERS`. */
const busyDays = async () =>
  (await heatmap(30)).days.filter(({ events }) => events > 0).map(({ date, events, users }) => `${date} ${events} ${users}`);

describe('generate_activity_heatmap', () => {
  it('counts events by day, weekday and hour of the platform’s time zone, and fills what was quiet with zeros', async () => {
    await analytics.act(ada, ['2026-03-02T08:15:00Z', '2026-03-02T08:45:00Z', '2026-03-03T23:30:00Z']);
    await analytics.act(ben, ['2026-03-02T08:20:00Z']);

    const { days, weekHours, ...rest } = await heatmap(3);

    expect(rest).toEqual({ timezone: 'Europe/Berlin', from: '2026-03-02', to: '2026-03-04', events: 4 });
    expect(days).toEqual([
      { date: '2026-03-02', events: 3, users: 2 },
      { date: '2026-03-03', events: 0, users: 0 },
      { date: '2026-03-04', events: 1, users: 1 },
    ]);
    // Nine on Monday, and half past midnight on Wednesday.
    expect(weekHours[0]![9]).toBe(3);
    expect(weekHours[2]![0]).toBe(1);
    expect(weekHours.flat().reduce((sum, count) => sum + count)).toBe(4);
  });

  it('is of 30 days unless it is told otherwise, and says what it counted', async () => {
    await analytics.act(ada, ['2026-03-02T08:15:00Z']);
    expect(await generateActivityHeatmap({})).toEqual({
      days: 30,
      from: '2026-02-03',
      to: '2026-03-04',
      events: 1,
      computedAt: now.toISOString(),
    });
    expect(await readHeatmap(db, 30)).toMatchObject({ computedAt: now });
    expect(await readHeatmap(db, 31)).toBeUndefined();
  });

  it('has a day of 23 and one of 25 hours where the clocks are changed', async () => {
    analytics.clock.now = new Date('2026-10-26T12:00:00Z');
    // The hour from two to three comes twice on 25 October; on 29 March there is none.
    await analytics.act(ada, ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z']);
    const { weekHours, days } = await heatmap(366);
    expect(weekHours[6]!.slice(0, 5)).toEqual([0, 1, 2, 1, 0]);
    expect(days.filter(({ events }) => events > 0)).toEqual([
      { date: '2026-03-29', events: 2, users: 1 },
      { date: '2026-10-25', events: 2, users: 1 },
    ]);
  });

  it('shows the days of an empty platform', async () => {
    await analytics.empty();
    const { days, events } = await heatmap(366);
    expect(days).toHaveLength(366);
    expect(events).toBe(0);
  });

  it('is the same heatmap when it runs twice, also at once', async () => {
    await analytics.act(ada, ['2026-02-20T08:15:00Z', '2026-03-04T05:00:00Z']);
    const first = await heatmap(30);
    expect(await Promise.all([heatmap(30), heatmap(30)])).toEqual([first, first]);
    expect(first.events).toBe(2);
  });

  it('leaves out a user who is deleted while it waits to count, events and all', async () => {
    await analytics.act(ada, ['2026-03-02T08:15:00Z', '2026-03-02T09:15:00Z', '2026-03-04T05:00:00Z']);
    await analytics.act(ben, ['2026-03-02T08:15:00Z']);
    const release = await holding(db, sql`SELECT FROM activity_rollup FOR UPDATE`);
    const running = busyDays();
    await until(() => analytics.isSomeoneWaiting());
    await db.deleteFrom('users').where('id', '=', ada).execute();
    await release();
    expect(await running).toEqual(['2026-03-02 1 1']);
  });

  it.each([[{ days: 0 }], [{ days: 367 }], [{ days: 1.5 }], [{ days: '30' }], [{ weeks: 1 }]])('refuses %j', async (args) => {
    await expect(generateActivityHeatmap(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});

describe('the roll-up', () => {
  it('counts the days that are over, and leaves today to the events', async () => {
    await analytics.act(ada, ['2025-11-02T10:00:00Z', '2026-03-03T10:00:00Z', '2026-03-03T10:05:00Z', '2026-03-04T05:00:00Z']);
    await analytics.act(ben, ['2026-03-03T10:00:00Z'], 'post');
    await rollUp();
    expect(await rolledUp()).toEqual([
      { day: '2025-11-02', hour: 11, kind: 'login', events: 1 },
      { day: '2026-03-03', hour: 11, kind: 'login', events: 2 },
      { day: '2026-03-03', hour: 11, kind: 'post', events: 1 },
    ]);
    expect(await db.selectFrom('activity_days').selectAll().orderBy('day').execute()).toEqual([
      { day: '2025-11-02', users: 1 },
      { day: '2026-03-03', users: 2 },
    ]);
    expect(await closedUntil()).toBe('2026-03-04');
  });

  it('leaves a day open for an hour after its end', async () => {
    await analytics.act(ada, ['2026-03-03T22:59:00Z']);
    await rollUpActivity(db, { now: new Date('2026-03-03T23:59:00Z'), timezone });
    expect(await closedUntil()).toBe('2026-03-03');
    await rollUpActivity(db, { now: new Date('2026-03-04T00:00:00Z'), timezone });
    expect(await closedUntil()).toBe('2026-03-04');
  });

  it('does not read closed days again', async () => {
    await analytics.act(ada, ['2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z']);
    await rollUp();
    await db.updateTable('activity_hours').set({ events: 7 }).where('day', '=', '2026-03-02').execute();
    await rollUp();
    expect(await busyDays()).toEqual(['2026-03-02 7 1', '2026-03-03 1 1']);
  });

  it('counts what is written late: its day is opened again, and those after it', async () => {
    await analytics.act(ada, ['2026-03-01T10:00:00Z', '2026-03-03T10:00:00Z']);
    await rollUp();
    await analytics.act(ben, ['2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z']);
    expect(await closedUntil()).toBe('2026-03-02');
    expect(await busyDays()).toEqual(['2026-03-01 1 1', '2026-03-02 1 1', '2026-03-03 2 2']);
    expect(await closedUntil()).toBe('2026-03-04');
  });

  it('is not opened by what happens now', async () => {
    await rollUpActivity(db, { now: new Date(), timezone: 'UTC' });
    const before = await closedUntil();
    await db.insertInto('activity_events').values({ user_id: ada, kind: 'login' }).execute();
    expect(await closedUntil()).toBe(before);
  });

  it('waits for late events that are being written, and counts them', async () => {
    await analytics.act(ada, ['2026-03-01T10:00:00Z']);
    const running = await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('activity_events')
        .values({ user_id: ben, kind: 'login', occurred_at: new Date('2026-03-02T10:00:00Z') })
        .execute();
      const started = { days: busyDays() };
      await expect.poll(analytics.isSomeoneWaiting).toBe(true);
      return started;
    });
    expect(await running.days).toEqual(['2026-03-01 1 1', '2026-03-02 1 1']);
  });

  it('keeps of a closed day what happened, also when a user is deleted later', async () => {
    await analytics.act(ada, ['2026-03-02T10:00:00Z', '2026-03-04T05:00:00Z']);
    await analytics.act(ben, ['2026-03-02T10:00:00Z']);
    await rollUp();
    await db.deleteFrom('users').where('id', '=', ada).execute();
    expect(await busyDays()).toEqual(['2026-03-02 2 2']);
  });

  it('counts everything anew in another time zone', async () => {
    await analytics.act(ada, ['2026-03-01T23:30:00Z']);
    expect(await busyDays()).toEqual(['2026-03-02 1 1']);
    const { days, timezone: used } = await computeHeatmap(db, { days: 4, now, timezone: 'America/Havana' });
    expect(used).toBe('America/Havana');
    expect(days.filter(({ events }) => events > 0)).toEqual([{ date: '2026-03-01', events: 1, users: 1 }]);
    expect((await rolledUp()).map(({ day, hour }) => [day, hour])).toEqual([['2026-03-01', 18]]);
  });

  it('counts once when several run at once', async () => {
    await analytics.act(ada, ['2025-03-01T10:00:00Z', '2025-09-01T10:00:00Z', '2026-03-02T10:00:00Z']);
    await Promise.all([rollUp(), rollUp(), rollUp()]);
    expect((await rolledUp()).map(({ day, events }) => `${day} ${events}`)).toEqual([
      '2025-03-01 1',
      '2025-09-01 1',
      '2026-03-02 1',
    ]);
  });

  it('goes on after a run that was ended in the middle, without counting anything twice', async () => {
    await analytics.act(ada, ['2025-03-01T10:00:00Z', '2025-09-01T10:00:00Z', '2026-03-02T10:00:00Z']);
    // The second of its steps fails.
    await sql`ALTER TABLE activity_hours ADD CONSTRAINT not_september CHECK (day <> '2025-09-01')`.execute(db);
    try {
      await expect(rollUp()).rejects.toThrow('not_september');
    } finally {
      await sql`ALTER TABLE activity_hours DROP CONSTRAINT not_september`.execute(db);
    }
    expect(await closedUntil()).toBe('2025-04-01');
    expect(await rolledUp()).toHaveLength(1);

    await rollUp();
    expect((await rolledUp()).map(({ day, events }) => `${day} ${events}`)).toEqual([
      '2025-03-01 1',
      '2025-09-01 1',
      '2026-03-02 1',
    ]);
  });
});
