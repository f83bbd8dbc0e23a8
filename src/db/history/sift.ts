import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.js';
import { allOf, type Fragment, wordsSql } from './condition-sql.js';

/** How many candidates are looked through one by one for words that an index finds, and for what none does. */
const nearby = 20_000;
const reach = 50_000;
/** Most often so many are enough. */
const foremost = 5000;
/** Words that fewer of those nearby have are asked of the index. */
const rare = 1000;

export interface Sieve {
  /** What an index finds: it leaves the candidates. */
  narrow: Fragment;
  /** What is asked of each candidate. */
  hit: Fragment;
  /** Words that follow from it, as a tsquery; empty when there are none. */
  words: string;
  direction: 'asc' | 'desc';
  limit: number;
}

export interface Sifted {
  /** Of those that fit, in the order of their being enqueued. */
  ids: string[];
  /** Up to which candidate was looked, when neither all were nor enough found. */
  until?: { enqueuedAt: Date; id: string };
}

/**
 * The first candidates that fit, in the order of their being enqueued, in bounded time.
 *
 * A common word is found soonest among the first candidates, a rare one by the index; PostgreSQL's planner cannot tell them apart, since
 * it has no figures on the beginnings of words. So the first ones are looked through, and the index is asked when hardly any
 * of them has the words. What no index finds, such as words that are not there, is looked for among the first candidates only.
 */
export async function sift(db: Kysely<Database>, sieve: Sieve): Promise<Sifted> {
  const { words, limit } = sieve;
  const isSettled = ({ ids, seen }: Look, most: number) => ids.length === limit || seen < most;
  const first = await lookThrough(db, sieve, foremost);
  if (isSettled(first, foremost)) return { ids: first.ids };
  const most = words === '' ? reach : nearby;
  const look = await lookThrough(db, sieve, most);
  if (isSettled(look, most)) return { ids: look.ids };
  return words !== '' && look.worded < rare ? { ids: await askIndex(db, sieve) } : { ids: look.ids, until: look };
}

interface Look {
  /** Those that fit. */
  ids: string[];
  /** How many candidates there were, and how many of them have the words. */
  seen: number;
  worded: number;
  /** The last candidate. */
  enqueuedAt: Date;
  id: string;
}

/** Looks through the first candidates. */
async function lookThrough(db: Kysely<Database>, { narrow, hit, words, direction, limit }: Sieve, most: number): Promise<Look> {
  const order = inOrder(direction);
  const { rows } = await sql<Look>`
    WITH first AS MATERIALIZED (
      SELECT id, enqueued_at, ${hit} AS hit, ${words === '' ? sql`false` : wordsSql(words)} AS worded
      FROM task_history WHERE ${narrow} ORDER BY ${order} LIMIT ${most}
    )
    SELECT count(*) OVER () AS seen, count(*) FILTER (WHERE worded) OVER () AS worded,
      ARRAY (SELECT id FROM first WHERE hit ORDER BY ${order} LIMIT ${limit}) AS ids, enqueued_at AS "enqueuedAt", id
    FROM first ORDER BY ${inOrder(direction === 'asc' ? 'desc' : 'asc')} LIMIT 1
  `.execute(db);
  return rows[0] ?? { ids: [], seen: 0, worded: 0, enqueuedAt: new Date(0), id: '' };
}

const inOrder = (direction: 'asc' | 'desc') => sql`enqueued_at ${sql.raw(direction)}, id ${sql.raw(direction)}`;

async function askIndex(db: Kysely<Database>, { narrow, hit, words, direction, limit }: Sieve): Promise<string[]> {
  // The offset keeps the planner from doing anything but asking the index first.
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM (SELECT * FROM task_history WHERE ${wordsSql(words)} OFFSET 0) AS task_history
    WHERE ${allOf([hit, narrow])} ORDER BY ${inOrder(direction)} LIMIT ${limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}
