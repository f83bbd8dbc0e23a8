import type { Kysely } from 'kysely';
import { type Freshness, findCached, saveCached } from '../db/cached-analytics.js';
import type { Database } from '../db/schema.js';
import type { Cached, FigureKey, Figures, HeatmapFigures, UserFigures } from './types.js';

const hour = 3_600_000;

/** How long figures count as fresh, in milliseconds: twice as long as it takes until they are computed again. */
const freshFor = { platform: 2 * hour, occasional: 48 * hour };

/** From when to when figures count as fresh: `platform` those of the hourly task, `occasional` all others. */
export const freshness = (now: Date, kind: keyof typeof freshFor): Freshness => ({
  computedAt: now,
  expiresAt: new Date(now.getTime() + freshFor[kind]),
});

const heatmapKey = (days: number) => `heatmap-${days}`;

/** Caches figures of the platform, all of them or none. Those that are newer already stay. */
export const saveFigures = (db: Kysely<Database>, figures: { [K in FigureKey]?: Figures<K> }, fresh: Freshness): Promise<void> =>
  saveCached(db, figures, fresh);

export const saveHeatmap = (db: Kysely<Database>, days: number, heatmap: HeatmapFigures, fresh: Freshness): Promise<void> =>
  saveCached(db, { [heatmapKey(days)]: heatmap }, fresh);

/** The figures that were computed last; undefined before the first time. */
export const readFigures = <K extends FigureKey>(db: Kysely<Database>, key: K): Promise<Cached<Figures<K>> | undefined> =>
  findCached(db, key) as Promise<Cached<Figures<K>> | undefined>;

/** The heatmap of so many days that was computed last; undefined before the first time. */
export const readHeatmap = (db: Kysely<Database>, days: number): Promise<Cached<HeatmapFigures> | undefined> =>
  findCached(db, heatmapKey(days)) as Promise<Cached<HeatmapFigures> | undefined>;

/** One user's figures that were computed last; undefined before the first time. */
export async function readUserFigures(db: Kysely<Database>, userId: number): Promise<Cached<UserFigures> | undefined> {
  const row = await db
    .selectFrom('user_analytics')
    .select(['value', 'computed_at as computedAt', 'expires_at as expiresAt'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row as Cached<UserFigures> | undefined;
}
