import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import { coded } from '../../errors.js';
import { describeProblems, type Json, type TaskError, type TaskStatus } from '../../taskkit/index.js';
import type { Database } from '../schema.js';
import { type Place, readCursor, writeCursor } from './cursor.js';
import { idsWithWords } from './search.js';
import { wordQuery } from './word-query.js';

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

const text = z.string().trim().min(1).max(200);

/** Which tasks to find; what is left out does not matter. */
const runFilter = z.strictObject({
  status: z.enum(['PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED']).optional(),
  name: text.optional(),
  queue: text.optional(),
  worker: text.optional(),
  /** Enqueued at this time or later. */
  from: z.date().optional(),
  /** Enqueued before this time. */
  to: z.date().optional(),
  /** How the id begins. */
  idPrefix: text.optional(),
  /** Words in the arguments, the result or the error, all of them in any order; a word also finds longer ones, a number does not. */
  text: text.optional(),
});

const runPage = z.strictObject({
  /** How many at most. Default 50. */
  limit: z.int().min(1).max(200).default(50),
  /** What the page before gave as `next`. */
  cursor: z.string().max(500).optional(),
});

export type RunFilter = z.input<typeof runFilter>;
export type RunPage = z.input<typeof runPage>;

const runs = (db: Kysely<Database>) =>
  db
    .selectFrom('task_history')
    .select(['id', 'name', 'queue', 'state as status', 'args', 'result', 'error', 'worker', 'retries'])
    .select(['enqueued_at as enqueuedAt', 'started_at as startedAt', 'finished_at as finishedAt', 'runtime_ms as runtimeMs'])
    .select(['parent_id as parentId', 'root_id as rootId', 'group_id as groupId', 'updated_at as updatedAt']);

/** What the history knows of a task, or undefined. */
export const getRun = (db: Kysely<Database>, id: string): Promise<Run | undefined> =>
  runs(db).where('id', '=', id).executeTakeFirst();

/**
 * One page of the tasks that fit, the one enqueued last first. `next` is the cursor of the page that follows, if there is one:
 * paging neither skips nor repeats a task, whatever is written in the meantime.
 * Throws REQUEST_INVALID for a filter, limit or cursor that is not allowed.
 */
export async function findRuns(
  db: Kysely<Database>,
  filter: RunFilter = {},
  page: RunPage = {},
): Promise<{ runs: Run[]; next?: string }> {
  const { limit, cursor } = check(runPage, page);
  const { text: words, ...rest } = check(runFilter, filter);
  const conditions = conditionsOf(rest, cursor === undefined ? undefined : readCursor(cursor));
  const ids =
    words === undefined ? undefined : await idsWithWords(db, (query) => query.where(conditions), wordQuery(words), limit + 1);
  const found = await runs(db)
    .where((builder) => (ids ? sql<SqlBool>`id = ANY(${ids})` : conditions(builder)))
    .orderBy('enqueued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return { runs: shown, ...(last && found.length > limit && { next: writeCursor(last) }) };
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw coded('REQUEST_INVALID', { problems: describeProblems(parsed.error) });
}

function conditionsOf(
  { status, name, queue, worker, from, to, idPrefix }: Omit<z.output<typeof runFilter>, 'text'>,
  after: Place | undefined,
) {
  return (builder: ExpressionBuilder<Database, 'task_history'>) =>
    builder.and([
      ...(status ? [builder('state', '=', status)] : []),
      ...(name ? [builder('name', '=', name)] : []),
      ...(queue ? [builder('queue', '=', queue)] : []),
      ...(worker ? [builder('worker', '=', worker)] : []),
      ...(from ? [builder('enqueued_at', '>=', from)] : []),
      ...(to ? [builder('enqueued_at', '<', to)] : []),
      ...(idPrefix ? [builder('id', 'like', `${idPrefix.replace(/[\\%_]/g, '\\$&')}%`)] : []),
      ...(after ? [sql<SqlBool>`(enqueued_at, id) < (${after.enqueuedAt}, ${after.id})`] : []),
    ]);
}
