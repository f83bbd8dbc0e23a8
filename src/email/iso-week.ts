import { addDays, weekday } from '../calendar.js';

/** The name of the ISO 8601 week that a day lies in, such as `2026-W47`. */
export function isoWeek(date: string): string {
  // A week belongs to the year that its Thursday lies in.
  const thursday = addDays(date, 3 - weekday(date));
  const dayOfYear = (Date.parse(thursday) - Date.parse(`${thursday.slice(0, 4)}-01-01`)) / 86_400_000;
  return `${thursday.slice(0, 4)}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

/** The Monday of the last week that had ended by a day. */
export const lastFinishedWeek = (date: string): string => addDays(date, -weekday(date) - 7);
