import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Json, TaskError, TaskStatus } from '../../taskkit/index.js';
import type { Database } from '../schema.js';

/** A task's last run. */
export interface Run {
  id: string;
  name: string;
  queue: string;
  status: TaskStatus;
  /** Without secrets, long values cut; so are `result` and `error`. */
  args: Json;
  result: Json;
  error: TaskError | null;
  worker: string | null;
  retries: number;
  enqueuedAt: Date;
  startedAt: Date | null;
  /** Set exactly when the task has ended: SUCCESS, FAILURE or REVOKED. */
  finishedAt: Date | null;
  /** How long the last run took, in milliseconds; null while it runs. */
  runtimeMs: number | null;
  parentId: string | null;
  rootId: string | null;
  groupId: string | null;
  /** When something was last heard of it. */
  updatedAt: Date;
}

/** A query for runs as they are shown. */
export const runColumns = (db: Kysely<Database>) =>
  db
    .selectFrom('task_history')
    .select(['id', 'name', 'queue', 'state as status', 'args', 'result', 'error', 'worker', 'retries'])
    .select(['enqueued_at as enqueuedAt', 'started_at as startedAt', 'finished_at as finishedAt', 'runtime_ms as runtimeMs'])
    .select(['parent_id as parentId', 'root_id as rootId', 'group_id as groupId', 'updated_at as updatedAt']);

/** What the history knows of a task, or undefined. */
export const getRun = (db: Kysely<Database>, id: string): Promise<Run | undefined> =>
  runColumns(db).where('id', '=', id).executeTakeFirst();

/** What the history knows of these tasks. */
export const getRuns = (db: Kysely<Database>, ids: string[]): Promise<Run[]> =>
  runColumns(db).where(sql<SqlBool>`id = ANY(${ids})`).execute();
