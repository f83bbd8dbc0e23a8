import { readFigures, readHeatmap } from '../cache.js';
import { cacheGrowth, cacheHeatmap, cachePlatform } from '../cache-figures.js';
import type { AnalyticsServices } from '../services.js';
import type { Cached } from '../types.js';

/** How many days the heatmap has that is always part of a snapshot. */
const heatmapDays = 30;

/**
 * Computes and caches the platform's figures that are missing, out of date or of another time zone than the platform's is now, so that a
 * snapshot has them all.
 */
export async function refreshFigures(
  { db, activeUserDays, timezone }: Omit<AnalyticsServices, 'clock'>,
  now: Date,
): Promise<void> {
  const moment = { now, timezone, activeUserDays };
  const isDue = (cached: Cached<{ timezone: string }> | undefined) =>
    !cached || cached.expiresAt <= now || cached.value.timezone !== timezone;
  const platform = await readFigures(db, 'platform');
  if (isDue(platform && { ...platform, value: platform.value.engagement })) await cachePlatform(db, moment);
  if (isDue(await readFigures(db, 'growth'))) await cacheGrowth(db, moment);
  if (isDue(await readHeatmap(db, heatmapDays))) await cacheHeatmap(db, heatmapDays, moment);
}
