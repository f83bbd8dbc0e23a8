import { computeHeatmap } from '../activity/heatmap.js';
import { freshness, readFigures, readHeatmap, saveFigures, saveHeatmap } from '../cache.js';
import { computeGrowth } from '../growth/compute.js';
import { computePlatform } from '../platform/compute.js';
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
  if (isDue(await readFigures(db, 'platform'))) {
    await saveFigures(db, await computePlatform(db, moment), freshness(now, 'platform'));
  }
  if (isDue(await readFigures(db, 'growth'))) {
    await saveFigures(db, { growth: await computeGrowth(db, moment) }, freshness(now, 'occasional'));
  }
  if (isDue(await readHeatmap(db, heatmapDays))) {
    const heatmap = await computeHeatmap(db, { days: heatmapDays, now, timezone });
    await saveHeatmap(db, heatmapDays, heatmap, freshness(now, 'occasional'));
  }
}
