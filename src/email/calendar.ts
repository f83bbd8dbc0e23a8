import { firstInstantAt, isTimeZone, wallTimeAt } from '../taskkit/index.js';

/** Calendar days are written YYYY-MM-DD. */
const dayLength = 86_400_000;

const knownZone = (timezone: string): string => (isTimeZone(timezone) ? timezone : 'UTC');

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayLength).toISOString().slice(0, 10);

/** The calendar day that it is at an instant in a time zone. One that does not exist stands for UTC. */
export function localDate(at: Date, timezone: string): string {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  return new Date(wallTimeAt(second, knownZone(timezone))).toISOString().slice(0, 10);
}

/** The instant at which a calendar day begins in a time zone. One that does not exist stands for UTC. */
export const startOfDay = (date: string, timezone: string): Date =>
  new Date(firstInstantAt(Date.parse(date), knownZone(timezone)));

/** Monday is 0. */
const weekday = (date: string): number => (new Date(date).getUTCDay() + 6) % 7;

/** The name of the ISO 8601 week that a day lies in, such as `2026-W47`. */
export function isoWeek(date: string): string {
  // A week belongs to the year that its Thursday lies in.
  const thursday = addDays(date, 3 - weekday(date));
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${thursday.slice(0, 4)}-01-01`)) / dayLength;
  return `${thursday.slice(0, 4)}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

/** The Monday of the last week that had ended by a day. */
export const lastFinishedWeek = (date: string): string => addDays(date, -weekday(date) - 7);
