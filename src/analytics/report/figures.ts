import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import type { DailyReport } from './types.js';

/** A calendar day, and the instants at which it begins and at which the next one does. */
export interface Day {
  date: string;
  start: Date;
  end: Date;
}

/** The days as the relation `day (date, start, finish)`. */
const daysAsRelation = (days: Day[]) => sql`unnest(
  ${days.map(({ date }) => date)}::text[],
  ${days.map(({ start }) => start.toISOString())}::timestamptz[],
  ${days.map(({ end }) => end.toISOString())}::timestamptz[]
) AS day (date, start, finish)`;

/** How the runs of a task went on a day. */
export interface TaskDay {
  date: string;
  name: string;
  /** Tasks that ended as SUCCESS or FAILURE. */
  runs: number;
  failures: number;
  revoked: number;
  retries: number;
  averageRuntimeMs: number | null;
  longestRuntimeMs: number | null;
}

/** How the tasks that ended on these days went, by day and task. */
export async function findTaskDays(db: Kysely<Database>, days: Day[]): Promise<TaskDay[]> {
  // A row that has ended was last heard of when it did, and that time has an index.
  const { rows } = await sql<TaskDay>`
    SELECT day.date, name,
      count(*) FILTER (WHERE state <> 'REVOKED') AS runs,
      count(*) FILTER (WHERE state = 'FAILURE') AS failures,
      count(*) FILTER (WHERE state = 'REVOKED') AS revoked,
      sum(retries) AS retries,
      round(avg(runtime_ms) FILTER (WHERE state <> 'REVOKED'))::float8 AS "averageRuntimeMs",
      max(runtime_ms) FILTER (WHERE state <> 'REVOKED') AS "longestRuntimeMs"
    FROM ${daysAsRelation(days)} JOIN task_history ON updated_at >= day.start AND updated_at < day.finish
    WHERE finished_at IS NOT NULL
    GROUP BY day.date, name
  `.execute(db);
  return rows;
}

/** The runs that took longest of those that ended on a day. */
export async function findSlowest(db: Kysely<Database>, { start, end }: Day, limit: number): Promise<DailyReport['slowest']> {
  const { rows } = await sql<DailyReport['slowest'][number]>`
    SELECT id, name, runtime_ms AS "runtimeMs"
    FROM task_history
    WHERE updated_at >= ${start} AND updated_at < ${end} AND state IN ('SUCCESS', 'FAILURE') AND runtime_ms IS NOT NULL
    ORDER BY runtime_ms DESC, id
    LIMIT ${limit}
  `.execute(db);
  return rows;
}

/** Those who get the report by mail. */
export async function findStaff(db: Kysely<Database>): Promise<number[]> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('is_staff', '=', true)
    .where('is_active', '=', true)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
