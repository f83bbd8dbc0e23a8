import { type RawBuilder, sql } from 'kysely';
import type { Comparison, Condition } from './query-language.js';
import { wordQuery } from './word-query.js';

export type Fragment = RawBuilder<unknown>;

/** A condition whose patterns are the names that they stand for. */
export type Named =
  | Exclude<Condition, { patterns: string[] }>
  | { negated: boolean; field: 'name' | 'queue' | 'worker'; names: string[] };

/** A condition on what is in the arguments, the result or the error. */
type ContentCondition = Extract<Condition, { text: string } | { field: 'kwargs' }>;

export const allOf = (conditions: Fragment[]): Fragment => sql.join([sql`true`, ...conditions], sql` AND `);

/** Whether it is on what is in the arguments, the result or the error, which takes long to look through. */
export const isOnContent = (condition: Named): condition is ContentCondition =>
  'text' in condition || condition.field === 'kwargs';

/** The words that the index finds it by, as a tsquery; empty when the index is of no help. */
export const indexedWords = (condition: ContentCondition): string =>
  condition.negated ? '' : wordQuery('text' in condition ? condition.text : condition.value);

/** A condition as SQL on `task_history`. */
export function conditionSql(condition: Named): Fragment {
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
      return kwargsSql(condition);
    default:
      return textSql(condition);
  }
}

const comparisons = { '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=`, '=': sql`=` } satisfies Record<
  Comparison,
  Fragment
>;

/** Where it follows that there was one, it is said: those runs have an index of their own. */
function retriesSql(comparison: Comparison, value: number): Fragment {
  const holds = sql`retries ${comparisons[comparison]} ${value}`;
  const isOne = comparison === '>' || (value > 0 && (comparison === '>=' || comparison === '='));
  return isOne ? sql`retries > 0 AND ${holds}` : holds;
}

const kwargsSql = ({ key, value }: Extract<Condition, { field: 'kwargs' }>) => sql`lower(args ->> ${key}) = lower(${value})`;

const parts = {
  any: sql`concat_ws(' ', args, result, error - 'stack')`,
  args: sql`args::text`,
  result: sql`coalesce(result::text, '')`,
  error: sql`coalesce((error - 'stack')::text, '')`,
};

function textSql({ field, text, isPhrase }: Extract<Condition, { text: string }>): Fragment {
  const hit = wordsSql(wordQuery(text));
  return field === 'any' && !isPhrase ? hit : sql`${hit} AND ${contains(parts[field], text)}`;
}

/** Whether a run has the words of a tsquery. */
export const wordsSql = (words: string): Fragment => sql`words @@ lower(${words})::tsquery`;

/** A value in a JSON text, as it stands there, in any case. */
const contains = (json: Fragment, text: string) => sql`strpos(lower(${json}), lower(${JSON.stringify(text).slice(1, -1)})) > 0`;
