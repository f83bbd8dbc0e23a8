import type { Crontab } from './crontab.js';
import { firstInstantAt, wallTimeAt } from './time-zone.js';

/** When an entry runs: every so many seconds, or by a crontab in a time zone. */
export interface Timing {
  readonly schedule: number | Crontab;
  /** Where the crontab's clock hangs. */
  readonly timezone: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const floorTo = (unit: number, time: number) => Math.floor(time / unit) * unit;

/** The first run after `since`, the start or the last run: for an interval, a whole one later. */
export function firstRun({ schedule, timezone }: Timing, since: Date): Date {
  if (typeof schedule !== 'number') return nextCrontabRun(schedule, timezone, since);
  return new Date(Math.ceil(since.getTime() / 1000) * 1000 + schedule * 1000);
}

/** The first regular run after `now`. An interval keeps its rhythm: it counts from `scheduled`, a run it had before. */
export function nextRun({ schedule, timezone }: Timing, scheduled: Date, now: Date): Date {
  if (typeof schedule !== 'number') return nextCrontabRun(schedule, timezone, now);
  const interval = schedule * 1000;
  const passed = Math.floor((now.getTime() - scheduled.getTime()) / interval);
  return new Date(scheduled.getTime() + (Math.max(passed, 0) + 1) * interval);
}

/**
 * The first time after `after` that a crontab matches. Where the clocks change, a crontab that names hours goes by the
 * clock on the wall: what it would miss in the skipped hour runs once as soon as that is over, and nothing runs again in the
 * repeated hour. One that matches every hour goes by the time that passes, so that its rhythm stays even.
 */
export function nextCrontabRun(crontab: Crontab, timezone: string, after: Date): Date {
  const next = crontab.hours.length === 24 ? nextByElapsedTime : nextByWallClock;
  return new Date(next(crontab, timezone, after.getTime()));
}

function nextByWallClock(crontab: Crontab, timezone: string, after: number): number {
  const start = wallTimeAt(floorTo(minute, after), timezone);
  for (let date = nextDate(crontab, floorTo(day, start)); ; date = nextDate(crontab, date + day)) {
    for (const wall of timesOfDay(crontab)) {
      if (date + wall < start) continue;
      const instant = firstInstantAt(date + wall, timezone);
      if (instant > after) return instant;
    }
  }
}

function* timesOfDay({ hours, minutes }: Crontab): Generator<number> {
  for (const hours_ of hours) for (const minutes_ of minutes) yield hours_ * hour + minutes_ * minute;
}

function nextByElapsedTime(crontab: Crontab, timezone: string, after: number): number {
  let instant = floorTo(minute, after) + minute;
  for (;;) {
    const wall = wallTimeAt(instant, timezone);
    const date = floorTo(day, wall);
    const matching = nextDate(crontab, date);
    if (matching === date && crontab.minutes.includes(new Date(wall).getUTCMinutes())) return instant;
    // Where clocks are put back over midnight, the start of a date may lie before the end of the one before it.
    instant = Math.max(instant + minute, matching === date ? 0 : firstInstantAt(matching, timezone));
  }
}

/** The first date from `date` on that the crontab's days and months match; both as midnights in UTC. */
function nextDate({ daysOfWeek, daysOfMonth, monthsOfYear }: Crontab, date: number): number {
  for (let midnight = date; ; midnight += day) {
    const calendar = new Date(midnight);
    if (
      monthsOfYear.includes(calendar.getUTCMonth() + 1) &&
      daysOfMonth.includes(calendar.getUTCDate()) &&
      daysOfWeek.includes(calendar.getUTCDay())
    )
      return midnight;
  }
}
