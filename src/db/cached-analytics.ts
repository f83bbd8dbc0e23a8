import type { Kysely } from 'kysely';
import type { Database } from './schema.js';

/** When figures were computed, and until when they count as fresh. */
export interface Freshness {
  computedAt: Date;
  expiresAt: Date;
}

/** How old figures are, in whole seconds. */
export const ageSeconds = ({ computedAt }: Pick<Freshness, 'computedAt'>, now: Date): number =>
  Math.max(0, Math.floor((now.getTime() - computedAt.getTime()) / 1000));

/** Caches figures under their keys, all at once or not at all. Those that are newer already stay. */
export async function saveCached(
  db: Kysely<Database>,
  figures: Readonly<Record<string, object>>,
  { computedAt, expiresAt }: Freshness,
): Promise<void> {
  const rows = Object.entries(figures).map(([key, value]) => ({
    key,
    value: JSON.stringify(value),
    computed_at: computedAt,
    expires_at: expiresAt,
  }));
  await db
    .insertInto('cached_analytics')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet(({ ref }) => ({
          value: ref('excluded.value'),
          computed_at: ref('excluded.computed_at'),
          expires_at: ref('excluded.expires_at'),
        }))
        .whereRef('cached_analytics.computed_at', '<=', 'excluded.computed_at'),
    )
    .execute();
}

/** The figures that were cached last under a key; undefined before the first time. */
export async function findCached(db: Kysely<Database>, key: string): Promise<({ value: object } & Freshness) | undefined> {
  return db
    .selectFrom('cached_analytics')
    .select(['value', 'computed_at as computedAt', 'expires_at as expiresAt'])
    .where('key', '=', key)
    .executeTakeFirst();
}
