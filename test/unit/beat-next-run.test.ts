import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crontab, type CrontabFields, crontab, parseCrontab } from '#src/taskkit/beat/crontab.js';
import { firstRun, nextCrontabRun, nextRun } from '#src/taskkit/beat/next-run.js';

/** The runs after a time, up to another one, each shown as UTC. */
function runsBetween(line: Crontab | string, timezone: string, from: string, to: string): string[] {
  const schedule = typeof line === 'string' ? parseCrontab(line) : line;
  const runs = [];
  for (let run = new Date(from); ; ) {
    run = nextCrontabRun(schedule, timezone, run);
    if (run > new Date(to)) return runs;
    runs.push(run.toISOString().slice(0, 16));
  }
}

describe('a crontab runs next', () => {
  it.each([
    ['* * * * *', '2026-11-22T10:00:00Z', '2026-11-22T10:01:00.000Z'],
    ['* * * * *', '2026-11-22T10:00:59.999Z', '2026-11-22T10:01:00.000Z'],
    ['0 6 * * *', '2026-11-22T05:59:59.999Z', '2026-11-22T06:00:00.000Z'],
    ['0 6 * * *', '2026-11-22T06:00:00Z', '2026-11-23T06:00:00.000Z'],
    ['30 23 31 dec *', '2026-12-31T23:30:00Z', '2027-12-31T23:30:00.000Z'],
    ['0 0 29 feb *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    // The day of the month AND the weekday, as in Celery; cron would take either.
    ['0 0 13 * fri', '2026-11-14T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    // Across a year that is no leap year.
    ['0 0 29 feb mon', '2072-03-01T00:00:00Z', '2112-02-29T00:00:00.000Z'],
  ])('"%s" after %s', (line, after, expected) => {
    expect(nextCrontabRun(parseCrontab(line), 'UTC', new Date(after)).toISOString()).toBe(expected);
  });

  it('by the clock of its time zone', () => {
    expect(runsBetween('0 6 * * *', 'Asia/Kathmandu', '2026-11-22T00:00Z', '2026-11-23T00:00Z')).toEqual(['2026-11-22T00:15']);
    expect(runsBetween('0 * * * *', 'Asia/Kathmandu', '2026-11-22T00:00Z', '2026-11-22T02:00Z')).toEqual([
      '2026-11-22T00:15',
      '2026-11-22T01:15',
    ]);
  });
});

describe.each([
  // The clocks are put forward from 2:00 to 3:00 at the first instant, back from 3:00 or 2:00 by an hour at the second.
  { timezone: 'Europe/Berlin', spring: '2026-03-29T01:00', autumn: '2026-10-25T01:00', repeated: 2, winter: 1 },
  { timezone: 'America/New_York', spring: '2026-03-08T07:00', autumn: '2026-11-01T06:00', repeated: 1, winter: -5 },
])('where the clocks change in $timezone', ({ timezone, spring, autumn, repeated, winter }) => {
  const shift = (time: string, hours: number) =>
    new Date(new Date(`${time}Z`).getTime() + hours * 3_600_000).toISOString().slice(0, 16);
  const around = (line: string, time: string, hours = 3) =>
    runsBetween(line, timezone, `${shift(time, -hours)}Z`, `${shift(time, hours)}Z`);
  const summer = winter + 1;
  /** The instant at which this hour begins on the day of the change, by the offset that then holds. */
  const hourOf = (time: string, hour: number, offset: number) => shift(`${time.slice(0, 10)}T00:00`, hour - offset);

  it('a run in the skipped hour is made up once, just after it', () => {
    expect(around('30 2 * * *', spring)).toEqual([spring]);
    expect(around('0,20,40 2 * * *', spring)).toEqual([spring]);
    expect(around('0 2,3 * * *', spring)).toEqual([spring]);
    expect(around('30 1-3 * * *', spring)).toEqual([hourOf(spring, 1.5, winter), spring, hourOf(spring, 3.5, summer)]);
  });

  it('the next day it is back at its time', () => {
    const runs = runsBetween('30 2 * * *', timezone, `${shift(spring, -26)}Z`, `${shift(spring, 26)}Z`);
    expect(runs).toEqual([shift(spring, -23.5), spring, shift(spring, 23.5)]);
  });

  it('a run in the repeated hour happens in its first pass only', () => {
    expect(around(`30 ${repeated} * * *`, autumn)).toEqual([shift(autumn, -0.5)]);
    expect(around(`0 ${repeated} * * *`, autumn)).toEqual([shift(autumn, -1)]);
    expect(around(`0 ${repeated - 1},${repeated},${repeated + 1} * * *`, autumn)).toEqual([
      shift(autumn, -2),
      shift(autumn, -1),
      shift(autumn, 1),
    ]);
    expect(around(`*/20 ${repeated} * * *`, autumn)).toHaveLength(3);
  });

  it('asked within the second pass, what ran in the first is not run again', () => {
    const next = nextCrontabRun(parseCrontab(`30 ${repeated} * * *`), timezone, new Date(`${shift(autumn, 0.25)}Z`));
    expect(next.toISOString().slice(0, 16)).toBe(shift(autumn, 24.5));
  });

  it('a crontab of every hour keeps its rhythm', () => {
    const hourly = [-2, -1, 0, 1, 2, 3];
    expect(around('0 * * * *', spring)).toEqual(hourly.map((hour) => shift(spring, hour)));
    expect(around('0 * * * *', autumn)).toEqual(hourly.map((hour) => shift(autumn, hour)));
    expect(around('*/15 * * * *', spring, 2)).toHaveLength(16);
    expect(around('*/15 * * * *', autumn, 2)).toHaveLength(16);
  });
});

describe('in unusual zones', () => {
  it('half an hour is skipped and repeated (Lord Howe)', () => {
    const zone = 'Australia/Lord_Howe';
    expect(runsBetween('15 2 * * *', zone, '2026-10-03T12:00Z', '2026-10-03T20:00Z')).toEqual(['2026-10-03T15:30']);
    expect(runsBetween('45 1 * * *', zone, '2026-04-04T12:00Z', '2026-04-04T20:00Z')).toEqual(['2026-04-04T14:45']);
    expect(runsBetween('45 * * * *', zone, '2026-04-04T14:00Z', '2026-04-04T16:00Z')).toEqual([
      '2026-04-04T14:45',
      '2026-04-04T15:15',
    ]);
  });

  it('midnight itself is skipped (Cairo)', () => {
    expect(runsBetween('0 0 * * fri', 'Africa/Cairo', '2026-04-23T12:00Z', '2026-04-24T12:00Z')).toEqual(['2026-04-23T22:00']);
  });

  it('a whole day is skipped (Apia)', () => {
    expect(runsBetween('0 12 30 dec *', 'Pacific/Apia', '2011-12-29T00:00Z', '2012-01-02T00:00Z')).toEqual(['2011-12-30T10:00']);
  });
});

describe('against a count of every minute', () => {
  const minute = 60_000;

  /** A clock of its own: month, day, weekday, hour and minute as the zone shows them. */
  function wallClock(timezone: string) {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      weekday: 'short',
      day: '2-digit',
      month: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return (instant: number) => {
      const [, weekday, ...numbers] = /^(\w+)\D+(\d+)\/(\d+), (\d+):(\d+)$/.exec(format.format(instant))!;
      const [day, month, hour, minute] = numbers.map(Number) as [number, number, number, number];
      return { weekday: weekday!, month, day, time: hour * 60 + minute };
    };
  }

  /** The first run after `after`, found by looking at the clock every minute. */
  function slowNext(schedule: Crontab, timezone: string, after: number, until: number): number | undefined {
    const clock = wallClock(timezone);
    const matches = ({ weekday, month, day, time }: ReturnType<typeof clock>) =>
      schedule.minutes.includes(time % 60) &&
      schedule.hours.includes(Math.floor(time / 60)) &&
      schedule.daysOfMonth.includes(day) &&
      schedule.monthsOfYear.includes(month) &&
      schedule.daysOfWeek.includes(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday));
    const namesHours = schedule.hours.length < 24;
    const seen = new Set<string>();
    // Far enough back to have seen the first pass of a repeated hour.
    const start = Math.floor(after / minute) * minute - 180 * minute;
    let before = clock(start - minute).time;
    for (let instant = start; instant <= until; instant += minute) {
      const now = clock(instant);
      const skipped = (now.time - before + 1440 - 1) % 1440;
      const times = Array.from({ length: skipped < 180 ? skipped : 0 }, (_, n) => (before + n + 1) % 1440);
      const isDue = namesHours
        ? (matches(now) && !seen.has(JSON.stringify(now))) || times.some((time) => matches({ ...now, time }))
        : matches(now);
      if (isDue && instant > after) return instant;
      seen.add(JSON.stringify(now));
      before = now.time;
    }
    return undefined;
  }

  const someOf = (min: number, max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.constant('*'),
      fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }),
    );
  const fields: fc.Arbitrary<CrontabFields> = fc.record({
    minute: someOf(0, 59),
    hour: fc.oneof(someOf(0, 23), fc.subarray([0, 1, 2, 3], { minLength: 1 })),
    dayOfWeek: fc.oneof(fc.constant('*'), someOf(0, 6)),
    dayOfMonth: fc.oneof(fc.constant('*'), fc.constant('*/2')),
  });
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Santiago'];
  const changes = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z', '2026-04-04T15:00Z'];

  it('finds the same next run, near changes of the clocks and elsewhere', () => {
    const start = fc.oneof(
      fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * 60, max: 4 * 60 }))
        .map(([change, minutes]) => new Date(change).getTime() + minutes * minute),
      fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) }),
    );
    fc.assert(
      fc.property(fields, fc.constantFrom(...zones), start, (given, timezone, after) => {
        const schedule = crontab(given);
        const until = after + 2 * 1440 * minute;
        const found = nextCrontabRun(schedule, timezone, new Date(after)).getTime();
        const expected = slowNext(schedule, timezone, after, until);
        if (expected === undefined) expect(found).toBeGreaterThan(until);
        else expect(new Date(found).toISOString()).toBe(new Date(expected).toISOString());
      }),
      { numRuns: 300 },
    );
  });
});

describe('an interval', () => {
  const hourly = { schedule: 3600, timezone: 'UTC' };

  it('runs first after one whole interval, at a whole second', () => {
    expect(firstRun(hourly, new Date('2026-11-22T10:00:00.400Z'))).toEqual(new Date('2026-11-22T11:00:01Z'));
  });

  it('keeps its rhythm when a run is late', () => {
    const next = nextRun(hourly, new Date('2026-11-22T11:00:00Z'), new Date('2026-11-22T11:00:03.210Z'));
    expect(next).toEqual(new Date('2026-11-22T12:00:00Z'));
  });

  it('leaves out what was missed', () => {
    const next = nextRun(hourly, new Date('2026-11-22T11:00:00Z'), new Date('2026-11-24T15:00:00Z'));
    expect(next).toEqual(new Date('2026-11-24T16:00:00Z'));
  });
});
