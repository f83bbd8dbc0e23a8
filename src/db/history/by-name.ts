import { type Kysely, type SqlBool, sql } from 'kysely';
import type { LogLine } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import { type Run, runColumns } from './runs.js';

/** Of how many of the newest runs the slowest are found, and of how many failures the kinds. */
const newestRuns = 20_000;
const newestFailures = 500;

/** The slowest of the newest 20,000 runs of a task that were enqueued since a time, the slowest first. */
export function slowestRuns(db: Kysely<Database>, name: string, { from, limit }: { from: Date; limit: number }): Promise<Run[]> {
  return runColumns(db)
    .where(
      sql<SqlBool>`id IN (
        SELECT id FROM (
          SELECT id, runtime_ms FROM task_history WHERE name = ${name} AND enqueued_at >= ${from}
          ORDER BY enqueued_at DESC LIMIT ${newestRuns}
        ) AS newest
        WHERE runtime_ms IS NOT NULL ORDER BY runtime_ms DESC LIMIT ${limit}
      )`,
    )
    .orderBy('runtime_ms', 'desc')
    .orderBy('id')
    .execute();
}

/** The last lines that a task's last run logged, the oldest first. */
export async function readRunLog(db: Kysely<Database>, id: string): Promise<LogLine[]> {
  const row = await db.selectFrom('task_history').select('log').where('id', '=', id).executeTakeFirst();
  return row?.log ?? [];
}

export interface FailureKind {
  code: string;
  /** Of the last one. */
  message: string;
  count: number;
  lastAt: Date;
  lastId: string;
}

/** The newest 500 failures of a task by the code of their error, the most frequent first. */
export async function errorKinds(db: Kysely<Database>, name: string): Promise<FailureKind[]> {
  const { rows } = await sql<FailureKind>`
    SELECT code, count(*) AS count,
      (array_agg(message ORDER BY at DESC))[1] AS message, max(at) AS "lastAt", (array_agg(id ORDER BY at DESC))[1] AS "lastId"
    FROM (
      SELECT id, coalesce(error ->> 'code', 'Error') AS code, coalesce(error ->> 'message', '') AS message, updated_at AS at
      FROM task_history WHERE state = 'FAILURE' AND name = ${name}
      ORDER BY enqueued_at DESC LIMIT ${newestFailures}
    ) AS newest
    GROUP BY code ORDER BY count(*) DESC, code
  `.execute(db);
  return rows;
}
