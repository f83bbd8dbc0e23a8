import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { coded } from '../../errors.js';
import type { Database } from '../schema.js';
import type { Run } from './find.js';
import type { Condition } from './query-language.js';
import { wordQuery } from './word-query.js';

/** By what runs can be sorted, and the column of each. Ties are in the order of their being enqueued, then of their ids. */
const columns = {
  enqueuedAt: 'enqueued_at',
  updatedAt: 'updated_at',
  runtimeMs: 'runtime_ms',
  name: 'name',
  status: 'state',
  queue: 'queue',
  worker: 'worker',
} as const;

export interface RunOrder {
  by: keyof typeof columns;
  direction: 'asc' | 'desc';
}

export interface RunSearch {
  /** All of them must hold. */
  conditions: Condition[];
  order: RunOrder;
  /** How many at most. */
  limit: number;
  /** What the page before gave as `next`, with the same conditions and order. */
  cursor?: string | undefined;
}

/** How many of the newest candidates are looked through for words before the index is asked. */
const nearby = 20_000;
/** Of how many tasks with the words, the newest ones, an order other than by time is made. */
const sortable = 1000;

/**
 * One page of the runs that fit. `next` is the cursor of the page that follows, if there is one. In an order by time paging neither
 * skips nor repeats a task, whatever is written in the meantime; sorted by runtime, runs that have not ended are left out.
 * Throws REQUEST_INVALID for a cursor that no page gave.
 */
export async function searchRuns(
  db: Kysely<Database>,
  { conditions, order, limit, cursor }: RunSearch,
): Promise<{ runs: Run[]; next?: string }> {
  const named = await resolveNames(db, conditions);
  const worded = named.filter(hasWords);
  const narrow = allOf([
    ...named.filter((condition) => !hasWords(condition)).map(conditionSql),
    ...(order.by === 'runtimeMs' ? [sql`runtime_ms IS NOT NULL`] : []),
  ]);
  const after = cursor === undefined ? sql`true` : placeSql(order, readCursor(cursor));
  const isByTime = order.by === 'enqueuedAt';
  const ids =
    worded.length === 0
      ? undefined
      : await idsWithWords(db, {
          words: worded.map(wordsOf).join(' & '),
          hit: allOf(worded.map(positiveSql)),
          narrow: isByTime ? allOf([narrow, after]) : narrow,
          direction: isByTime ? order.direction : 'desc',
          limit: isByTime ? limit + 1 : sortable,
        });
  const runs = await selectRuns(db, allOf([ids ? sql`id = ANY(${ids})` : narrow, after]), order, limit + 1);
  const shown = runs.slice(0, limit);
  const last = shown.at(-1);
  return { runs: shown, ...(last && runs.length > limit && { next: writeCursor(order, last) }) };
}

type Fragment = RawBuilder<unknown>;

const allOf = (conditions: Fragment[]): Fragment => sql.join([sql`true`, ...conditions], sql` AND `);

function selectRuns(db: Kysely<Database>, where: Fragment, { by, direction }: RunOrder, limit: number): Promise<Run[]> {
  return runColumns(db)
    .where(sql<SqlBool>`${where}`)
    .$if(by !== 'enqueuedAt', (query) => query.orderBy(columns[by], direction))
    .orderBy('enqueued_at', direction)
    .orderBy('id', direction)
    .limit(limit)
    .execute();
}

/** A query for runs as they are shown. */
export const runColumns = (db: Kysely<Database>) =>
  db
    .selectFrom('task_history')
    .select(['id', 'name', 'queue', 'state as status', 'args', 'result', 'error', 'worker', 'retries'])
    .select(['enqueued_at as enqueuedAt', 'started_at as startedAt', 'finished_at as finishedAt', 'runtime_ms as runtimeMs'])
    .select(['parent_id as parentId', 'root_id as rootId', 'group_id as groupId', 'updated_at as updatedAt']);

/** What the history knows of these tasks. */
export const getRuns = (db: Kysely<Database>, ids: string[]): Promise<Run[]> =>
  runColumns(db).where(sql<SqlBool>`id = ANY(${ids})`).execute();

type WordCondition = Extract<Condition, { text: string } | { field: 'kwargs' }>;

const wordsOf = (condition: WordCondition): string => wordQuery('text' in condition ? condition.text : condition.value);

/** Whether the index of words narrows it. */
const hasWords = (condition: Named): condition is Named & WordCondition =>
  !condition.negated && ('text' in condition || condition.field === 'kwargs') && wordsOf(condition) !== '';

/**
 * The ids of the first tasks with the words, in the order of their being enqueued. A common word is found soonest among the newest
 * candidates, a rare one by the index; the planner cannot tell them apart. So the newest are looked through first.
 */
async function idsWithWords(
  db: Kysely<Database>,
  search: { words: string; hit: Fragment; narrow: Fragment; direction: 'asc' | 'desc'; limit: number },
): Promise<string[]> {
  const { words, hit, narrow, limit } = search;
  const direction = sql.raw(search.direction);
  const order = sql`enqueued_at ${direction}, id ${direction}`;
  const near = await sql<{ seen: number; ids: string[] }>`
    WITH newest AS MATERIALIZED (
      SELECT id, enqueued_at, ${hit} AS hit FROM task_history WHERE ${narrow} ORDER BY ${order} LIMIT ${nearby}
    )
    SELECT (SELECT count(*) FROM newest) AS seen, ARRAY (SELECT id FROM newest WHERE hit ORDER BY ${order} LIMIT ${limit}) AS ids
  `.execute(db);
  const { seen, ids } = near.rows[0]!;
  if (ids.length === limit || seen < nearby) return ids;
  // The offset keeps the planner from doing anything but asking the index first.
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM (SELECT * FROM task_history WHERE words @@ lower(${words})::tsquery OFFSET 0) AS task_history
    WHERE ${hit} AND ${narrow} ORDER BY ${order} LIMIT ${limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** A condition whose patterns are names. */
type Named =
  | Exclude<Condition, { patterns: string[] }>
  | { negated: boolean; field: 'name' | 'queue' | 'worker'; names: string[] };

async function resolveNames(db: Kysely<Database>, conditions: Condition[]): Promise<Named[]> {
  const known = new Map<string, string[]>();
  const resolved: Named[] = [];
  for (const condition of conditions) {
    if (!('patterns' in condition)) {
      resolved.push(condition);
      continue;
    }
    const { field, negated, patterns } = condition;
    if (!known.has(field)) known.set(field, await distinct(db, field));
    const tests = patterns.map((pattern) => patternTest(pattern, field));
    resolved.push({ field, negated, names: known.get(field)!.filter((name) => tests.some((test) => test.test(name))) });
  }
  return resolved;
}

/** What there is of a column, from one value to the next by its index. */
async function distinct(db: Kysely<Database>, field: 'name' | 'queue' | 'worker'): Promise<string[]> {
  const column = sql.ref(field);
  const { rows } = await sql<{ value: string }>`
    WITH RECURSIVE found AS (
      (SELECT ${column} AS value FROM task_history ORDER BY ${column} LIMIT 1)
      UNION ALL
      SELECT (SELECT ${column} FROM task_history WHERE ${column} > found.value ORDER BY ${column} LIMIT 1)
      FROM found WHERE found.value IS NOT NULL
    )
    SELECT value FROM found WHERE value IS NOT NULL
  `.execute(db);
  return rows.map(({ value }) => value);
}

function patternTest(pattern: string, field: string): RegExp {
  const glob = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
  return new RegExp(field === 'name' ? `^(.*\\.)?${glob}$` : `^${glob}$`, 'is');
}

/** A value in a JSON text, as it stands there, in any case. */
const contains = (json: Fragment, text: string) => sql`strpos(lower(${json}), lower(${JSON.stringify(text).slice(1, -1)})) > 0`;

const parts = {
  any: sql`concat_ws(' ', args, result, error - 'stack')`,
  args: sql`args::text`,
  result: sql`coalesce(result::text, '')`,
  error: sql`coalesce((error - 'stack')::text, '')`,
};

const comparisons = { '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=`, '=': sql`=` };

function conditionSql(condition: Named): Fragment {
  // A state that it is not is one of the others, which the index finds.
  if (condition.field === 'state') return sql`state = ANY(${statesOf(condition)})`;
  return condition.negated ? sql`NOT coalesce(${positiveSql(condition)}, false)` : positiveSql(condition);
}

const allStates = ['PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED'] as const;

const statesOf = ({ values, negated }: Extract<Named, { field: 'state' }>) =>
  allStates.filter((state) => values.includes(state) !== negated);

function positiveSql(condition: Exclude<Named, { field: 'state' }>): Fragment {
  switch (condition.field) {
    case 'name':
    case 'queue':
    case 'worker':
      return condition.names.length === 1
        ? sql`${sql.ref(condition.field)} = ${condition.names[0]}`
        : sql`${sql.ref(condition.field)} = ANY(${condition.names})`;
    case 'id':
      return sql`id LIKE ${`${condition.prefix.replace(/[\\%_]/g, '\\$&')}%`}`;
    case 'root':
      return sql`root_id = ${condition.id}`;
    case 'parent':
      return sql`parent_id = ${condition.id}`;
    case 'group':
      return sql`group_id = ${condition.id}`;
    case 'since':
      return sql`enqueued_at >= ${condition.at}`;
    case 'until':
      return sql`enqueued_at < ${condition.at}`;
    case 'runtime':
      return sql`runtime_ms ${comparisons[condition.comparison]} ${condition.value}`;
    case 'retries':
      return retriesSql(condition.comparison, condition.value);
    case 'kwargs':
      return sql`lower(args ->> ${condition.key}) = lower(${condition.value})`;
    default:
      return textSql(condition);
  }
}

/** Where it follows that there was one, it is said: those runs have an index of their own. */
function retriesSql(comparison: keyof typeof comparisons, value: number): Fragment {
  const holds = sql`retries ${comparisons[comparison]} ${value}`;
  const isOne = comparison === '>' || (value > 0 && (comparison === '>=' || comparison === '='));
  return isOne ? sql`retries > 0 AND ${holds}` : holds;
}

function textSql({ field, text, isPhrase }: Extract<Condition, { text: string }>): Fragment {
  const hit = sql`words @@ lower(${wordQuery(text)})::tsquery`;
  return field === 'any' && !isPhrase ? hit : sql`${hit} AND ${contains(parts[field], text)}`;
}

/** The place of a run in an order: its value there, when it was enqueued, and its id. */
type Place = [value: string | number, enqueuedAt: number, id: string];

const isTime = (by: RunOrder['by']) => by === 'enqueuedAt' || by === 'updatedAt';

function writeCursor({ by }: RunOrder, run: Run): string {
  const value = run[by];
  const place: Place = [value instanceof Date ? value.getTime() : (value ?? ''), run.enqueuedAt.getTime(), run.id];
  return Buffer.from(JSON.stringify([by, ...place])).toString('base64url');
}

function readCursor(cursor: string): [by: string, ...Place] {
  try {
    const [by, value, enqueuedAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const isValue = typeof value === 'string' || typeof value === 'number';
    if (typeof by === 'string' && isValue && typeof enqueuedAt === 'number' && typeof id === 'string')
      return [by, value, enqueuedAt, id];
  } catch {
    // Said below.
  }
  throw coded('REQUEST_INVALID', { problems: 'cursor: it is not one that a page gave' });
}

/** Whether a run comes after a place. */
function placeSql({ by, direction }: RunOrder, [of, value, enqueuedAt, id]: [by: string, ...Place]): Fragment {
  if (of !== by) throw coded('REQUEST_INVALID', { problems: 'cursor: it is of a page in another order' });
  const isBeyond = direction === 'asc' ? sql`>` : sql`<`;
  const time = new Date(enqueuedAt);
  if (by === 'enqueuedAt') return sql`(enqueued_at, id) ${isBeyond} (${time}, ${id})`;
  return sql`(${sql.ref(columns[by])}, enqueued_at, id) ${isBeyond} (${isTime(by) ? new Date(value) : value}, ${time}, ${id})`;
}
