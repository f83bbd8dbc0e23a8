import { type Kysely, sql } from 'kysely';
import type { QueueCounts } from '../taskkit/index.js';
import type { Database } from './schema.js';

/** How a queue stands. */
export interface QueueLevel extends QueueCounts {
  /** For how long the task that is next has been waiting, in milliseconds; null when none waits. */
  oldestMs: number | null;
}

/** Notes how the queues stand in this minute, unless that was done. */
export async function sampleQueues(db: Kysely<Database>, levels: QueueLevel[]): Promise<void> {
  if (levels.length === 0) return;
  await db
    .insertInto('queue_samples')
    .values(
      levels.map(({ oldestMs, ...counts }) => ({ minute: sql`date_trunc('minute', now())`, oldest_ms: oldestMs, ...counts })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface QueueSample extends Omit<QueueLevel, 'queue'> {
  at: Date;
}

/** How a queue stood: the most of each step since `from`, the oldest first. Steps without a sample are left out. */
export async function readQueueSamples(
  db: Kysely<Database>,
  queue: string,
  { from, stepMs }: { from: Date; stepMs: number },
): Promise<QueueSample[]> {
  const step = sql`make_interval(secs => ${stepMs / 1000})`;
  const { rows } = await sql<QueueSample>`
    SELECT date_bin(${step}, minute, timestamptz 'epoch') AS at,
      max(waiting) AS waiting, max(active) AS active, max(delayed) AS delayed, max(failed) AS failed, max(oldest_ms) AS "oldestMs"
    FROM queue_samples
    WHERE queue = ${queue} AND minute >= ${from}
    GROUP BY 1
    ORDER BY 1
  `.execute(db);
  return rows;
}
