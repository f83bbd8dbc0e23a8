import { addDays, weekday } from '../../calendar.js';
import type { HeatmapFigures } from '../types.js';

/** Calendar days, both ends included. */
export interface Period {
  from: string;
  to: string;
}

/** What happened in a period; hours and days without events are not in it. */
export interface Activity {
  hours: { date: string; hour: number; events: number }[];
  days: { date: string; users: number }[];
}

type Day = HeatmapFigures['days'][number];

/** Every day of the period, in order, with what happened on it. */
export function fillDays({ hours, days }: Activity, { from, to }: Period): Day[] {
  const filled = new Map<string, Day>();
  for (let date = from; date <= to; date = addDays(date, 1)) filled.set(date, { date, events: 0, users: 0 });
  for (const { date, events } of hours) filled.get(date)!.events += events;
  for (const { date, users } of days) filled.get(date)!.users = users;
  return [...filled.values()];
}

/** Events by weekday, Monday first, and hour. */
export function weekHoursOf({ hours }: Pick<Activity, 'hours'>): number[][] {
  const week = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  for (const { date, hour, events } of hours) week[weekday(date)]![hour]! += events;
  return week;
}

/** How many users a day there were on average, with two decimals; null for no days. */
export const dailyUsers = (days: readonly Pick<Day, 'users'>[]): number | null =>
  days.length === 0 ? null : Math.round((100 * days.reduce((sum, { users }) => sum + users, 0)) / days.length) / 100;
