import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../schema.js';
import { allOf, conditionSql, type Fragment, indexedWords, isOnContent } from './condition-sql.js';
import { type Place, readCursor, writeCursor } from './cursor.js';
import { resolveNames } from './names.js';
import type { Condition } from './query-language.js';
import { type Run, runColumns } from './runs.js';
import { sift } from './sift.js';

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
  /** All of them must hold. Default: all runs. */
  conditions?: Condition[];
  /** Default: the one enqueued last first. */
  order?: RunOrder;
  /** How many at most. Default 50. */
  limit?: number;
  /** What the page before gave as `next`, with the same conditions and order. */
  cursor?: string | undefined;
}

export interface RunPage {
  runs: Run[];
  /** The cursor of the page that follows, if there is one. */
  next?: string;
  /**
   * When the last run was enqueued that was looked at, if the search ended before all were: it takes a bounded time. In an order by
   * time, `next` goes on from there, also when no run was found; in another order those beyond are left out.
   */
  searchedTo?: Date;
}

/** Of how many runs that were sifted, the newest ones, an order other than by time is made. */
const sortable = 1000;

/**
 * One page of the runs that fit. In an order by time paging neither skips nor repeats a task, whatever is written in the meantime; sorted
 * by runtime or worker, runs that have none are left out. Throws REQUEST_INVALID for a cursor that no page gave.
 */
export async function searchRuns(
  db: Kysely<Database>,
  { conditions = [], order = { by: 'enqueuedAt', direction: 'desc' }, limit = 50, cursor }: RunSearch = {},
): Promise<RunPage> {
  const named = await resolveNames(db, conditions);
  const contents = named.filter(isOnContent);
  const narrow = allOf([
    ...named.filter((condition) => !isOnContent(condition)).map(conditionSql),
    ...(canBeNull(order) ? [sql`${sql.ref(columns[order.by])} IS NOT NULL`] : []),
  ]);
  const after = cursor === undefined ? sql`true` : placeSql(order, readCursor(cursor, order.by, isNumber(order)));
  if (contents.length === 0) return pageOf(await selectRuns(db, allOf([narrow, after]), order, limit + 1), order, limit);

  const isByTime = order.by === 'enqueuedAt';
  const { ids, until } = await sift(db, {
    narrow: isByTime ? allOf([narrow, after]) : narrow,
    hit: allOf(contents.map(conditionSql)),
    words: contents.map(indexedWords).filter(Boolean).join(' & '),
    direction: isByTime ? order.direction : 'desc',
    limit: isByTime ? limit + 1 : sortable,
  });
  const found = await selectRuns(db, allOf([sql`id = ANY(${ids})`, after]), order, limit + 1);
  const page = pageOf(found, order, limit);
  if (!until) return page;
  const next = isByTime
    ? writeCursor(order.by, { enqueuedAt: until.enqueuedAt, id: until.id, value: until.enqueuedAt.getTime() })
    : page.next;
  return { ...page, ...(next !== undefined && { next }), searchedTo: until.enqueuedAt };
}

const canBeNull = ({ by }: RunOrder) => by === 'runtimeMs' || by === 'worker';
const isTime = ({ by }: RunOrder) => by === 'enqueuedAt' || by === 'updatedAt';
const isNumber = (order: RunOrder) => isTime(order) || order.by === 'runtimeMs';

function selectRuns(db: Kysely<Database>, where: Fragment, { by, direction }: RunOrder, limit: number): Promise<Run[]> {
  return runColumns(db)
    .where(sql<SqlBool>`${where}`)
    .$if(by !== 'enqueuedAt', (query) => query.orderBy(columns[by], direction))
    .orderBy('enqueued_at', direction)
    .orderBy('id', direction)
    .limit(limit)
    .execute();
}

/** A page of runs, of which one more was read than it shows. */
function pageOf(runs: Run[], { by }: RunOrder, limit: number): RunPage {
  const shown = runs.slice(0, limit);
  const last = shown.at(-1);
  if (!last || runs.length <= limit) return { runs: shown };
  const value = last[by];
  return { runs: shown, next: writeCursor(by, { ...last, value: value instanceof Date ? value.getTime() : (value ?? '') }) };
}

/** Whether a run comes after a place. */
function placeSql(order: RunOrder, { value, enqueuedAt, id }: Place): Fragment {
  const isBeyond = order.direction === 'asc' ? sql`>` : sql`<`;
  if (order.by === 'enqueuedAt') return sql`(enqueued_at, id) ${isBeyond} (${enqueuedAt}, ${id})`;
  const beyond = isTime(order) ? new Date(Number(value)) : value;
  return sql`(${sql.ref(columns[order.by])}, enqueued_at, id) ${isBeyond} (${beyond}, ${enqueuedAt}, ${id})`;
}
