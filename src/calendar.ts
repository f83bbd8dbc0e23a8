import { firstInstantAt, isTimeZone, wallTimeAt } from './taskkit/index.js';

/** Calendar days are written YYYY-MM-DD. */
const dayLength = 86_400_000;

const knownZone = (timezone: string): string => (isTimeZone(timezone) ? timezone : 'UTC');

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayLength).toISOString().slice(0, 10);

/** The day of the week of a calendar day; Monday is 0. */
export const weekday = (date: string): number => (new Date(date).getUTCDay() + 6) % 7;

/** The calendar day that it is at an instant in a time zone. One that does not exist stands for UTC. */
export function localDate(at: Date, timezone: string): string {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  return new Date(wallTimeAt(second, knownZone(timezone))).toISOString().slice(0, 10);
}

/** The instant at which a calendar day begins in a time zone. One that does not exist stands for UTC. */
export const startOfDay = (date: string, timezone: string): Date =>
  new Date(firstInstantAt(Date.parse(date), knownZone(timezone)));
