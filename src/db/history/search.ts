import { type Kysely, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../schema.js';

type Candidates = SelectQueryBuilder<Database, 'task_history', object>;

/** How many of the newest candidates are looked through before the index is asked. */
const nearby = 20_000;

/**
 * The ids of the first `limit` candidates that have the words, in the order of the pages.
 *
 * A common word is found soonest by looking through the newest candidates, a rare one by the index. PostgreSQL's planner can't
 * tell them apart, since it has no figures on the beginnings of words, and either way takes long for the other kind.
 * So the newest candidates are looked through first, and the index is asked when too few of them have the words.
 *
 * @param narrow Leaves the candidates of a query.
 * @param words The words as a tsquery in text form.
 */
export async function idsWithWords(
  db: Kysely<Database>,
  narrow: (query: Candidates) => Candidates,
  words: string,
  limit: number,
): Promise<string[]> {
  const hasWords = sql<SqlBool>`words @@ lower(${words})::tsquery`;
  const newest = narrow(db.selectFrom('task_history'))
    .select(['id', 'enqueued_at'])
    .select(hasWords.as('hit'))
    .orderBy('enqueued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(nearby);
  const { rows } = await sql<{ seen: number; ids: string[] }>`
    WITH newest AS MATERIALIZED (${newest})
    SELECT (SELECT count(*) FROM newest) AS seen,
      ARRAY (SELECT id FROM newest WHERE hit ORDER BY enqueued_at DESC, id DESC LIMIT ${limit}) AS ids
  `.execute(db);
  const { seen, ids } = rows[0]!;
  if (ids.length === limit || seen < nearby) return ids;

  // The offset keeps the planner from doing anything but asking the index first.
  const holders = db.selectFrom('task_history').selectAll().where(hasWords).offset(0).as('task_history');
  const found = await narrow(db.selectFrom(holders))
    .select('id')
    .orderBy('enqueued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found.map(({ id }) => id);
}
