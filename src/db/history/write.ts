import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { TaskLogger } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import { type AttemptRow, addAttempts, keepEnds } from './attempts.js';
import type { RunRow } from './run-row.js';

/**
 * Writes rows of different tasks, each unless a later one of its task is there. A row that PostgreSQL can't take is left out
 * and logged; every other fault is thrown, and then any of the rows may have been written or not.
 */
export async function writeRuns(db: Kysely<Database>, rows: RunRow[], log: TaskLogger): Promise<void> {
  await keepEnds(db, rows);
  await writeEach(rows, (some) => upsertRuns(db, some), log);
}

/** Adds attempts to those that are kept. One that PostgreSQL can't take is left out and logged. */
export const writeAttempts = (db: Kysely<Database>, attempts: AttemptRow[], log: TaskLogger): Promise<void> =>
  writeEach(attempts, (some) => addAttempts(db, some), log);

async function writeEach<T extends { id: string }>(
  rows: T[],
  write: (rows: T[]) => Promise<void>,
  log: TaskLogger,
): Promise<void> {
  try {
    await write(rows);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [first] = rows;
    if (rows.length === 1) {
      log.error({ id: first!.id, reason: error.message }, `Task [${first!.id}] is missing in the history: ${error.message}`);
      return;
    }
    const middle = Math.ceil(rows.length / 2);
    await writeEach(rows.slice(0, middle), write, log);
    await writeEach(rows.slice(middle), write, log);
  }
}

/** Whether it is the data that PostgreSQL does not take: data exceptions, constraints, and limits such as that of an index entry. */
const isRefusal = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? '');

/** The columns as they are sent: times as numbers, which are written and read several times as fast. */
const columns = {
  id: 'text',
  name: 'text',
  queue: 'text',
  state: 'text',
  args: 'jsonb',
  result: 'jsonb',
  error: 'jsonb',
  words: 'tsvector',
  log: 'jsonb',
  worker: 'text',
  retries: 'integer',
  enqueued_at: 'float8',
  started_at: 'float8',
  finished_at: 'float8',
  runtime_ms: 'bigint',
  parent_id: 'text',
  root_id: 'text',
  group_id: 'text',
  updated_at: 'float8',
} as const satisfies Record<keyof RunRow, string>;

const names = Object.keys(columns) as (keyof RunRow)[];
const list = sql.raw(names.join(', '));
const given = sql.raw(names.map((name) => (name.endsWith('_at') ? `to_timestamp(${name} / 1000)` : name)).join(', '));
const changes = sql.raw(names.flatMap((name) => (name === 'id' ? [] : [`${name} = excluded.${name}`])).join(', '));

async function upsertRuns(db: Kysely<Database>, rows: RunRow[]): Promise<void> {
  // In one order everywhere, so that two workers never wait for each other's rows.
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  // An array for each column: PostgreSQL takes more than twice as long to read rows of JSON.
  const arrays = names.map((name) => sql`${arrayOf(sorted, name)}::${sql.raw(columns[name])}[]`);
  await sql`
    INSERT INTO task_history AS kept (${list})
    SELECT ${given} FROM unnest(${sql.join(arrays)}) AS given (${list})
    ON CONFLICT (id) DO UPDATE SET ${changes}
    WHERE (kept.enqueued_at, kept.retries, kept.finished_at IS NOT NULL, kept.started_at, kept.state <> 'STARTED')
      < (excluded.enqueued_at, excluded.retries, excluded.finished_at IS NOT NULL, excluded.started_at, excluded.state <> 'STARTED')
  `.execute(db);
}

/** A column's values as an array that PostgreSQL reads. */
function arrayOf(rows: RunRow[], name: keyof RunRow): string {
  // In a text of JSON nothing but quotes and backslashes is escaped when it is quoted once more, and that is fastest.
  const quote = columns[name] === 'jsonb' ? JSON.stringify : quoted;
  const members = rows.map(({ [name]: value }) => {
    if (typeof value === 'string') return quote(value);
    return value === null || Number.isNaN(value) ? 'NULL' : String(value);
  });
  return `{${members.join(',')}}`;
}

const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
