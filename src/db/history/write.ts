import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { TaskLogger } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import type { RunRow } from './run-row.js';

/**
 * Writes rows of different tasks, each unless a later one of its task is there. A row that PostgreSQL can't take is left out
 * and logged; every other fault is thrown, and then any of the rows may have been written or not.
 */
export async function writeRuns(db: Kysely<Database>, rows: RunRow[], log: TaskLogger): Promise<void> {
  try {
    await upsertRuns(db, rows);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [first] = rows;
    if (rows.length === 1) {
      log.error({ id: first!.id, reason: error.message }, `Task [${first!.id}] is missing in the history: ${error.message}`);
      return;
    }
    const middle = Math.ceil(rows.length / 2);
    await writeRuns(db, rows.slice(0, middle), log);
    await writeRuns(db, rows.slice(middle), log);
  }
}

/** Whether it is the data that PostgreSQL does not take: data exceptions, constraints, and limits such as that of an index entry. */
const isRefusal = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? '');

async function upsertRuns(db: Kysely<Database>, rows: RunRow[]): Promise<void> {
  // In one order everywhere, so that two workers never wait for each other's rows.
  const sorted = rows.map(withMilliseconds).sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql`
    INSERT INTO task_history AS kept (
      id, name, queue, state, args, result, error, worker, retries, enqueued_at, started_at, finished_at, runtime_ms,
      parent_id, root_id, group_id, updated_at
    )
    SELECT
      id, name, queue, state, args, result, error, worker, retries,
      to_timestamp(enqueued_at / 1000), to_timestamp(started_at / 1000), to_timestamp(finished_at / 1000), runtime_ms,
      parent_id, root_id, group_id, to_timestamp(updated_at / 1000)
    FROM json_to_recordset(${JSON.stringify(sorted)}::json) AS given (
      id text, name text, queue text, state text, args jsonb, result jsonb, error jsonb, worker text, retries integer,
      enqueued_at double precision, started_at double precision, finished_at double precision, runtime_ms bigint,
      parent_id text, root_id text, group_id text, updated_at double precision
    )
    ON CONFLICT (id) DO UPDATE SET
      name = excluded.name, queue = excluded.queue, state = excluded.state, args = excluded.args, result = excluded.result,
      error = excluded.error, worker = excluded.worker, retries = excluded.retries, enqueued_at = excluded.enqueued_at,
      started_at = excluded.started_at, finished_at = excluded.finished_at, runtime_ms = excluded.runtime_ms,
      parent_id = excluded.parent_id, root_id = excluded.root_id, group_id = excluded.group_id,
      updated_at = excluded.updated_at
    WHERE (kept.enqueued_at, kept.retries, kept.finished_at IS NOT NULL, kept.started_at, kept.state <> 'STARTED')
      < (excluded.enqueued_at, excluded.retries, excluded.finished_at IS NOT NULL, excluded.started_at, excluded.state <> 'STARTED')
  `.execute(db);
}

/** Numbers are written and read several times as fast as dates, of which a row has four. */
const withMilliseconds = (row: RunRow) => ({
  ...row,
  enqueued_at: row.enqueued_at.getTime(),
  started_at: row.started_at.getTime(),
  finished_at: row.finished_at?.getTime() ?? null,
  updated_at: row.updated_at.getTime(),
});
