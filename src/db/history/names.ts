import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.js';
import type { Named } from './condition-sql.js';
import { matchesGlob } from './glob.js';
import type { Condition } from './query-language.js';

/** Conditions whose patterns are replaced by what they stand for in the history. */
export async function resolveNames(db: Kysely<Database>, conditions: Condition[]): Promise<Named[]> {
  const known = new Map<string, string[]>();
  const resolved: Named[] = [];
  for (const condition of conditions) {
    if (!('patterns' in condition)) {
      resolved.push(condition);
      continue;
    }
    const { field, negated, patterns } = condition;
    if (!known.has(field)) known.set(field, await distinct(db, field));
    const fits = (name: string) => patterns.some((pattern) => matches(pattern, field, name));
    // Every run has a name and a queue: what they are not is one of the others, which the index finds.
    const isTurned = negated && field !== 'worker';
    const names = known.get(field)!.filter((name) => fits(name) !== isTurned);
    resolved.push({ field, negated: negated && !isTurned, names });
  }
  return resolved;
}

/** A task's name is also what it ends in after a dot. */
const matches = (pattern: string, field: string, name: string): boolean =>
  field === 'name'
    ? [...name.matchAll(/^|(?<=\.)/g)].some(({ index }) => matchesGlob(pattern, name.slice(index)))
    : matchesGlob(pattern, name);

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
