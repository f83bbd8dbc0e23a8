import type { Kysely } from 'kysely';
import { addDays, localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import type { Moment } from '../services.js';
import type { HeatmapFigures } from '../types.js';
import { fillDays, weekHoursOf } from './fold.js';
import { readActivity } from './read.js';
import { rollUpActivity } from './roll-up.js';

/** The activity of so many calendar days up to today. */
export async function computeHeatmap(
  db: Kysely<Database>,
  { days, now, timezone }: { days: number } & Omit<Moment, 'activeUserDays'>,
): Promise<HeatmapFigures> {
  await rollUpActivity(db, { now, timezone });
  const to = localDate(now, timezone);
  const from = addDays(to, 1 - days);
  const activity = await readActivity(db, { from, to, timezone });
  const filled = fillDays(activity, { from, to });
  const events = filled.reduce((sum, day) => sum + day.events, 0);
  return { timezone, from, to, events, days: filled, weekHours: weekHoursOf(activity) };
}
