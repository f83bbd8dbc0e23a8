import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.js';
import { allOf, type Fragment, wordsSql } from './condition-sql.js';

/**
 * How many candidates are looked through one by one, step by step: most often the first steps find enough. For words that an index finds
 * the last step is left out.
 */
const steps = [1000, 7000, 12_000, 30_000];
/** Words that fewer of those have are asked of the index. */
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
  until?: Candidate;
}

/**
 * The first candidates that fit, in the order of their being enqueued, in bounded time.
 *
 * A common word is found soonest among the first candidates, a rare one by the index; PostgreSQL's planner cannot tell them apart, since
 * it has no figures on the beginnings of words. So the first ones are looked through, and the index is asked when hardly any
 * of them has the words. What no index finds, such as words that are not there, is looked for among the first candidates only.
 */
export async function sift(db: Kysely<Database>, sieve: Sieve): Promise<Sifted> {
  const hasWords = sieve.words !== '';
  const ids: string[] = [];
  let worded = 0;
  let until: Candidate | undefined;
  for (const most of hasWords ? steps.slice(0, -1) : steps) {
    const look = await lookThrough(db, { ...sieve, limit: sieve.limit - ids.length, most, after: until });
    ids.push(...look.ids);
    if (ids.length === sieve.limit || look.seen < most) return { ids };
    worded += look.worded;
    until = look.last;
  }
  return hasWords && worded < rare ? { ids: await askIndex(db, sieve) } : { ids, ...(until && { until }) };
}

interface Candidate {
  enqueuedAt: Date;
  id: string;
}

interface Look {
  /** Those that fit. */
  ids: string[];
  /** How many candidates there were, and how many of them have the words. */
  seen: number;
  worded: number;
  last: Candidate;
}

/** Looks through the first candidates, or the first after one of them. */
async function lookThrough(
  db: Kysely<Database>,
  { narrow, hit, words, direction, limit, most, after }: Sieve & { most: number; after: Candidate | undefined },
): Promise<Look> {
  const order = inOrder(direction);
  const isBeyond = direction === 'asc' ? sql`>` : sql`<`;
  const rest = after ? sql`(enqueued_at, id) ${isBeyond} (${after.enqueuedAt}, ${after.id})` : sql`true`;
  const { rows } = await sql<Omit<Look, 'last'> & Candidate>`
    WITH first AS MATERIALIZED (
      SELECT id, enqueued_at, ${hit} AS hit, ${words === '' ? sql`false` : wordsSql(words)} AS worded
      FROM task_history WHERE ${allOf([narrow, rest])} ORDER BY ${order} LIMIT ${most}
    )
    SELECT count(*) OVER () AS seen, count(*) FILTER (WHERE worded) OVER () AS worded,
      ARRAY (SELECT id FROM first WHERE hit ORDER BY ${order} LIMIT ${limit}) AS ids, enqueued_at AS "enqueuedAt", id
    FROM first ORDER BY ${inOrder(direction === 'asc' ? 'desc' : 'asc')} LIMIT 1
  `.execute(db);
  const [row] = rows;
  if (!row) return { ids: [], seen: 0, worded: 0, last: { enqueuedAt: new Date(0), id: '' } };
  const { ids, seen, worded, ...last } = row;
  return { ids, seen, worded, last };
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
