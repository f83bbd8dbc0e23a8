import type { SkillLists } from './types.js';

/** For each skill the rows that have it, ascending: those of skill `s` are at `starts[s]` up to, not including, `starts[s + 1]`. */
export interface Postings {
  starts: Uint32Array;
  rows: Uint32Array;
  /** What the skill counts in the row. */
  weights: Float32Array;
}

/** Turns the skills of each row into the rows of each skill. `weights` has one for each entry of `lists.skills`. */
export function invert({ starts, skills }: SkillLists, weights: Float32Array, skillCount: number): Postings {
  const inverted = { starts: new Uint32Array(skillCount + 1), rows: new Uint32Array(skills.length) };
  for (const skill of skills) inverted.starts[skill + 1]! += 1;
  for (let skill = 0; skill < skillCount; skill += 1) inverted.starts[skill + 1]! += inverted.starts[skill]!;

  const next = inverted.starts.slice();
  const moved = new Float32Array(skills.length);
  for (let row = 0; row + 1 < starts.length; row += 1) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) {
      const place = next[skills[entry]!]!++;
      inverted.rows[place] = row;
      moved[place] = weights[entry]!;
    }
  }
  return { ...inverted, weights: moved };
}

/** How many rows have each skill. */
export function countRows({ skills }: SkillLists, skillCount: number): Uint32Array {
  const counts = new Uint32Array(skillCount);
  for (const skill of skills) counts[skill]! += 1;
  return counts;
}

/** How much each skill tells about a row that has it: the inverse document frequency, so that a rare one tells more. */
export function rarities(lists: SkillLists, skillCount: number): Float64Array {
  const rowCount = lists.starts.length - 1;
  return Float64Array.from(countRows(lists, skillCount), (count) => Math.log(1 + rowCount / Math.max(1, count)));
}
