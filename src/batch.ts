import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from './db/schema.js';
import { coded } from './errors.js';
import type { AnySignature, Json, TaskContext } from './taskkit/index.js';

/** The rows with ids from `fromId` to `toId`, both included. */
export interface KeyRange {
  fromId: number;
  toId: number;
}

/** Splits the rows of a query that gives their `id` into ranges of ids, in order, each with at most `size` of them. */
export async function keyRanges(db: Kysely<Database>, ids: RawBuilder<unknown>, size: number): Promise<KeyRange[]> {
  const { rows } = await sql<KeyRange>`
    SELECT min(id) AS "fromId", max(id) AS "toId"
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / ${sql.lit(size)} AS part FROM (${ids}) AS chosen) AS numbered
    GROUP BY part
    ORDER BY part
  `.execute(db);
  return rows;
}

/**
 * Enqueues the parts of a batch task as a group and, once all have ended, adds up the numbers that they returned.
 * `build` makes the parts; it is asked once, also when the task is run again. Call it once in a handler, before all else.
 * Throws TASK_CHUNKS_FAILED when a part failed for good: what the others did stays done.
 */
export async function inChunks(
  { group, name }: TaskContext,
  build: () => Promise<AnySignature[]>,
): Promise<{ chunks: number } & Record<string, number>> {
  const outcomes = await group(build);
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  const [first] = errors;
  if (first) {
    const reason = `${first.code}: ${first.message}`;
    throw coded('TASK_CHUNKS_FAILED', { name, failed: errors.length, chunks: outcomes.length, reason });
  }
  const totals: Record<string, number> = {};
  for (const outcome of outcomes) addNumbers(totals, 'result' in outcome ? outcome.result : null);
  return { ...totals, chunks: outcomes.length };
}

function addNumbers(totals: Record<string, number>, result: Json): void {
  if (typeof result !== 'object' || result === null) return;
  for (const [key, value] of Object.entries(result)) {
    if (typeof value === 'number') totals[key] = (totals[key] ?? 0) + value;
  }
}
