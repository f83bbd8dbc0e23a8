/** Computing figures and caching them, in one step each. */
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { computeHeatmap } from './activity/heatmap.js';
import { freshness, saveFigures, saveHeatmap } from './cache.js';
import { computeGrowth } from './growth/compute.js';
import { computePlatform } from './platform/compute.js';
import type { Moment } from './services.js';
import type { Figures, HeatmapFigures } from './types.js';

/** Caches the figures that the hourly task is for, all of them or none. Returns their keys. */
export async function cachePlatform(db: Kysely<Database>, moment: Moment): Promise<string[]> {
  const figures = await computePlatform(db, moment);
  await saveFigures(db, figures, freshness(moment.now, 'platform'));
  return Object.keys(figures);
}

/** Caches the heatmap of so many calendar days up to today. */
export async function cacheHeatmap(db: Kysely<Database>, days: number, moment: Moment): Promise<HeatmapFigures> {
  const heatmap = await computeHeatmap(db, { days, ...moment });
  await saveHeatmap(db, days, heatmap, freshness(moment.now, 'occasional'));
  return heatmap;
}

/** Caches the growth report. */
export async function cacheGrowth(db: Kysely<Database>, moment: Moment): Promise<Figures<'growth'>> {
  const growth = await computeGrowth(db, moment);
  await saveFigures(db, { growth }, freshness(moment.now, 'occasional'));
  return growth;
}
