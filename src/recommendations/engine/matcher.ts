import type { Postings } from './postings.js';

/** Skills, and how much each is wanted. */
export type Query = ReadonlyMap<number, number>;

/** The rows that have something of what was asked: the first `count` of `rows`, and for each row the sum of what it has. */
export interface Matches {
  count: number;
  rows: Uint32Array;
  /** By row. */
  sums: Float64Array;
}

/** Finds the rows that match a query. What it gives is good until it is called again. */
export type Matcher = (query: Query, near?: number) => Matches;

/**
 * Makes the matcher of a table. It looks at no more than `budget` postings, so that a match takes as long on a large platform as on a
 * small one: rare skills are looked at in full, and what is left is shared evenly by those that too many rows have. Of these it takes
 * the rows that follow `near`, which differ from user to user, and without `near` the newest; the same rows for all, as far as it gets.
 */
export function createMatcher({ starts, rows, weights }: Postings, rowCount: number, budget: number): Matcher {
  const found: Matches = { count: 0, rows: new Uint32Array(rowCount), sums: new Float64Array(rowCount) };
  const { sums } = found;
  const length = (skill: number) => starts[skill + 1]! - starts[skill]!;

  function add(from: number, to: number, wanted: number): void {
    for (let at = from; at < to; at += 1) {
      const row = rows[at]!;
      if (sums[row] === 0) found.rows[found.count++] = row;
      sums[row]! += wanted * weights[at]!;
    }
  }

  return (query, near) => {
    for (let at = 0; at < found.count; at += 1) sums[found.rows[at]!] = 0;
    found.count = 0;
    let left = budget;
    let listsLeft = query.size;
    const rarestFirst = [...query].sort(([one], [other]) => length(one) - length(other) || one - other);
    for (const [skill, wanted] of rarestFirst) {
      const [start, end] = [starts[skill]!, starts[skill + 1]!];
      const take = Math.min(end - start, Math.floor(left / listsLeft));
      const from = near === undefined ? end - take : firstAfter(rows, near, start, end);
      add(from, Math.min(end, from + take), wanted);
      add(start, start + Math.max(0, from + take - end), wanted);
      left -= take;
      listsLeft -= 1;
    }
    return found;
  };
}

/** Where the first of the ascending numbers between `start` and `end` that is above `value` is; `end` when there is none. */
function firstAfter(ascending: Uint32Array, value: number, start: number, end: number): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
