import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { delayAllOnCommit } from '../taskkit/index.js';
import { type RecommendationKind, recommendSoon } from '../tasks/recommendations.js';

/** What was recommended, and to whom. */
interface Recommended {
  userId: number;
  kind: RecommendationKind;
  itemId: number;
}

/** Where the items of each kind are. */
const ids = {
  jobs: sql`SELECT id FROM jobs`,
  courses: sql`SELECT id FROM courses`,
  mentors: sql`SELECT user_id AS id FROM mentors`,
  skills: sql`SELECT id FROM skills`,
  connections: sql`SELECT id FROM users`,
} as const satisfies Record<RecommendationKind, unknown>;

/** The item, if there is one of this kind. Whether it is in the user's list now does not count: that may have changed since it was shown. */
const given = ({ kind, itemId }: Recommended) => sql`(${ids[kind]}) AS item WHERE item.id = ${itemId}`;

/** Counts that a user has opened what was recommended. Throws RECOMMENDATION_NOT_FOUND. */
export async function countClick(db: Kysely<Database>, recommended: Recommended, now: Date): Promise<void> {
  const { userId, kind, itemId } = recommended;
  const { numAffectedRows } = await sql`
    INSERT INTO recommendation_clicks (user_id, kind, item_id, first_at, last_at)
    SELECT ${userId}::bigint, ${kind}, item.id, ${now}::timestamptz, ${now}::timestamptz FROM ${given(recommended)}
    ON CONFLICT (user_id, kind, item_id) DO UPDATE SET clicks = recommendation_clicks.clicks + 1, last_at = excluded.last_at
  `.execute(db);
  if (!numAffectedRows) throw coded('RECOMMENDATION_NOT_FOUND', { kind, itemId });
}

/**
 * Takes something out of the user's list for good; again is the same as once. Something else is soon recommended in its place.
 * Throws RECOMMENDATION_NOT_FOUND.
 */
export function dismiss(db: Kysely<Database>, recommended: Recommended, now: Date): Promise<void> {
  const { userId, kind, itemId } = recommended;
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql`SELECT item.id FROM ${given(recommended)}`.execute(trx);
    if (rows.length === 0) throw coded('RECOMMENDATION_NOT_FOUND', { kind, itemId });
    const dismissed = await trx
      .insertInto('recommendation_dismissals')
      .values({ user_id: userId, kind, item_id: itemId, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (!dismissed.numInsertedOrUpdatedRows) return;
    await sql`
      UPDATE recommendations SET items = (
        SELECT coalesce(jsonb_agg(item ORDER BY place), '[]')
        FROM jsonb_array_elements(items) WITH ORDINALITY AS listed (item, place)
        WHERE (item ->> 'id')::bigint <> ${itemId}
      )
      WHERE user_id = ${userId} AND kind = ${kind}
    `.execute(trx);
    await delayAllOnCommit(trx, recommendSoon(userId, [kind], now));
  });
}
