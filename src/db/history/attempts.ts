import { type Kysely, sql } from 'kysely';
import type { TaskError, TaskStatus } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import type { RunRow } from './run-row.js';

/** Of how many runs of a task those before the last are kept: its first ones. */
const mostRuns = 100;

/** A run of a task that was not its last: a row of `task_attempts`. Values are as in a `RunRow`. */
export type AttemptRow = Pick<RunRow, 'id' | 'state' | 'worker' | 'retries' | 'started_at' | 'error'> & { ended_at: number };

/** The attempt that a run was which ended without ending its task; undefined of any other row. */
export function attemptOf({ id, state, worker, retries, started_at, updated_at, error }: RunRow): AttemptRow | undefined {
  if ((state !== 'RETRY' && state !== 'PENDING') || retries >= mostRuns) return undefined;
  return { id, state, worker, retries, started_at, ended_at: updated_at, error };
}

/** Adds attempts to those that are kept. */
export async function addAttempts(db: Kysely<Database>, attempts: readonly AttemptRow[]): Promise<void> {
  await db
    .insertInto('task_attempts')
    .values(
      attempts.map(({ started_at, ended_at, ...attempt }) => ({
        ...attempt,
        started_at: new Date(started_at),
        ended_at: new Date(ended_at),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Keeps the ends of tasks that were run once more by hand, before the rows of their new runs replace them. */
export async function keepEnds(db: Kysely<Database>, rows: readonly RunRow[]): Promise<void> {
  const again = rows.filter(({ retries }) => retries > 0 && retries <= mostRuns);
  if (again.length === 0) return;
  await sql`
    INSERT INTO task_attempts (id, state, worker, retries, started_at, ended_at, error)
    SELECT id, state, worker, ended.retries, started_at, finished_at, error
    FROM task_history AS ended
      JOIN unnest(${again.map(({ id }) => id)}::text[], ${again.map(({ retries }) => retries)}::integer[]) AS run (id, retries) USING (id)
    WHERE state IN ('FAILURE', 'REVOKED') AND ended.retries < run.retries AND started_at IS NOT NULL
    ON CONFLICT DO NOTHING
  `.execute(db);
}

/** A run of a task that did not end it, or was followed by another one by hand. */
export interface Attempt {
  /** RETRY; PENDING when it was handed back to its queue; FAILURE or REVOKED before a retry by hand. */
  status: TaskStatus;
  worker: string | null;
  startedAt: Date;
  endedAt: Date;
  error: TaskError | null;
}

/** The runs of a task before the last one, as far as they are kept, the earliest first. */
export const readAttempts = (db: Kysely<Database>, id: string): Promise<Attempt[]> =>
  db
    .selectFrom('task_attempts')
    .select(['state as status', 'worker', 'started_at as startedAt', 'ended_at as endedAt', 'error'])
    .where('id', '=', id)
    .orderBy('retries')
    .orderBy('started_at')
    .limit(mostRuns)
    .execute();
