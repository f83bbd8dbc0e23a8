import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFigures } from '#src/analytics/cache.js';
import { generateUserGrowthReport } from '#src/tasks/analytics.js';
import { daysAgo, now, type OpenAnalytics, openAnalytics } from '../support/analytics.js';
import { until } from '../support/kit.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(() => analytics.empty());
afterAll(() => analytics.close());

/** A user who signed up at a time, was last seen so many days ago and did something at some times. */
async function signUp(at: string, { seen = 100, acts = [] }: { seen?: number; acts?: string[] } = {}): Promise<number> {
  const id = await analytics.createUser({ last_seen_at: daysAgo(seen) });
  await db
    .updateTable('users')
    .set({ created_at: new Date(at) })
    .where('id', '=', id)
    .execute();
  if (acts.length > 0) await analytics.act(id, acts);
  return id;
}

async function months() {
  await generateUserGrowthReport({});
  return (await readFigures(db, 'growth'))!.value.months;
}

describe('generate_user_growth_report', () => {
  it('has twelve calendar months that end with the present one, quiet ones too', async () => {
    await signUp('2026-01-15T12:00:00Z');
    const report = await months();
    expect(report.map(({ month }) => month)).toEqual([
      ...['2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09'],
      ...['2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'],
    ]);
    expect(report.map(({ signUps }) => signUps)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('says in the result how many there were', async () => {
    await signUp('2020-01-15T12:00:00Z');
    await signUp('2026-01-15T12:00:00Z');
    expect(await generateUserGrowthReport({})).toEqual({ months: 12, signUps: 1, users: 2, computedAt: now.toISOString() });
  });

  it('begins a month at midnight of the platform’s time zone', async () => {
    // In Berlin it is March at eleven in the evening of 28 February in UTC, and April at ten on 31 March of the year before.
    await signUp('2026-02-28T22:59:59Z');
    await signUp('2026-02-28T23:00:00Z');
    await signUp('2025-03-31T22:00:00Z');
    const report = await months();
    expect(report.at(-2)).toMatchObject({ month: '2026-02', signUps: 1 });
    expect(report.at(-1)).toMatchObject({ month: '2026-03', signUps: 1 });
    expect(report[0]).toMatchObject({ month: '2025-04', signUps: 1 });
  });

  it('adds up, and sets each month’s sign-ups against all who were there before', async () => {
    for (const at of ['2024-05-01T00:00:00Z', '2025-01-01T00:00:00Z', '2025-04-10T00:00:00Z', '2025-06-10T00:00:00Z'])
      await signUp(at);
    const report = await months();
    expect(report.slice(0, 3).map(({ cumulative, growthRate }) => ({ cumulative, growthRate }))).toEqual([
      { cumulative: 3, growthRate: 0.5 },
      { cumulative: 3, growthRate: 0 },
      { cumulative: 4, growthRate: 0.3333 },
    ]);
  });

  it('has no growth rate for the first month of all', async () => {
    await signUp('2025-06-10T00:00:00Z');
    const report = await months();
    expect(report.slice(1, 4).map(({ growthRate }) => growthRate)).toEqual([null, null, 0]);
  });

  it('tells how many of a month’s sign-ups came back in the month after, and are active now', async () => {
    await signUp('2025-10-05T12:00:00Z', { seen: 1, acts: ['2025-10-06T12:00:00Z', '2025-11-30T22:00:00Z'] });
    await signUp('2025-10-07T12:00:00Z', { acts: ['2025-10-31T12:00:00Z', '2025-12-01T12:00:00Z'] });
    const gone = await signUp('2025-10-09T12:00:00Z', { seen: 1 });
    await db.updateTable('users').set({ is_active: false }).where('id', '=', gone).execute();
    const report = await months();
    expect(report[6]).toEqual({
      month: '2025-10',
      signUps: 3,
      cumulative: 3,
      growthRate: null,
      active: 1,
      activeShare: 0.3333,
      returned: 1,
      returnedShare: 0.3333,
    });
    expect(report[5]).toMatchObject({ signUps: 0, activeShare: null, returned: 0, returnedShare: null });
  });

  it('does not tell who came back until the month after is over', async () => {
    await signUp('2026-02-05T12:00:00Z', { seen: 0, acts: ['2026-03-02T12:00:00Z'] });
    const [january, february, march] = (await months()).slice(-3);
    expect(january).toMatchObject({ returned: 0 });
    expect(february).toMatchObject({ active: 1, activeShare: 1, returned: null, returnedShare: null });
    expect(march).toMatchObject({ returned: null, returnedShare: null });
  });

  it('leaves out a user who is deleted', async () => {
    const id = await signUp('2025-10-05T12:00:00Z');
    await db.deleteFrom('users').where('id', '=', id).execute();
    expect((await months()).every(({ cumulative }) => cumulative === 0)).toBe(true);
  });

  it('leaves out a user who is deleted while it counts, events and all', async () => {
    const gone = await signUp('2025-10-05T12:00:00Z', { acts: ['2025-11-06T12:00:00Z'] });
    await signUp('2025-10-07T12:00:00Z');
    const running = await db.transaction().execute(async (trx) => {
      await sql`LOCK TABLE activity_events IN ACCESS EXCLUSIVE MODE`.execute(trx);
      const started = { months: months() };
      await until(() => analytics.isSomeoneWaiting());
      await trx.deleteFrom('users').where('id', '=', gone).execute();
      return started;
    });
    expect((await running.months)[6]).toMatchObject({ month: '2025-10', signUps: 1, returned: 0 });
  });

  it('has zeros and no rates on an empty platform', async () => {
    const report = await months();
    expect(report).toHaveLength(12);
    expect(report[0]).toEqual({
      month: '2025-04',
      signUps: 0,
      cumulative: 0,
      growthRate: null,
      active: 0,
      activeShare: null,
      returned: 0,
      returnedShare: null,
    });
  });

  it('is the same report when it runs twice, also at once', async () => {
    await signUp('2025-10-05T12:00:00Z', { seen: 1, acts: ['2025-11-06T12:00:00Z'] });
    const first = await months();
    expect(await Promise.all([months(), months()])).toEqual([first, first]);
    expect(await db.selectFrom('cached_analytics').select('key').execute()).toEqual([{ key: 'growth' }]);
  });

  it('refuses arguments', async () => {
    await expect(generateUserGrowthReport({ months: 6 } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});
