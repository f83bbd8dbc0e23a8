import { readFigures, readHeatmap } from '../cache.js';
import { cacheGrowth, cacheHeatmap, cachePlatform } from '../cache-figures.js';
import type { AnalyticsServices } from '../services.js';
import type { Cached } from '../types.js';

/** How many days the heatmap has that is always part of a snapshot. */
const heatmapDays = 30;

/** Computes and caches the platform's figures that are missing or out of date, so that a snapshot has them all. */
export async function refreshFigures(
  { db, activeUserDays, timezone }: Omit<AnalyticsServices, 'clock'>,
  now: Date,
): Promise<void> {
  const isDue = (cached: Cached<unknown> | undefined) => !cached || cached.expiresAt <= now;
  const moment = { now, timezone, activeUserDays };
  if (isDue(await readFigures(db, 'platform'))) await cachePlatform(db, moment);
  if (isDue(await readFigures(db, 'growth'))) await cacheGrowth(db, moment);
  if (isDue(await readHeatmap(db, heatmapDays))) await cacheHeatmap(db, heatmapDays, moment);
}
