import { countRows, invert, type Postings } from './postings.js';
import type { SkillLists } from './types.js';

/** How many neighbours a skill keeps. */
const neighbourCount = 64;

/**
 * For each skill those that go with it in the rows: by how much more often the rows that have the one have the other too than the rows
 * that lack it. One row more that has the one alone is assumed, so that a single row proves little.
 */
export function associate(lists: SkillLists, skillCount: number): Postings {
  const rowCount = lists.starts.length - 1;
  const counts = countRows(lists, skillCount);
  const rowsOf = invert(lists, lists.weights, skillCount);
  const together = new Uint32Array(skillCount);
  const starts = new Uint32Array(skillCount + 1);
  const rows: number[] = [];
  const weights: number[] = [];

  for (let skill = 0; skill < skillCount; skill += 1) {
    const neighbours = countTogether(skill, lists, rowsOf, together);
    const tied = neighbours
      .map((other) => {
        const beside = together[other]! / (counts[skill]! + 1);
        const elsewhere = (counts[other]! - together[other]!) / (rowCount - counts[skill]! + 1);
        return { other, weight: beside - elsewhere };
      })
      .filter(({ weight }) => weight > 0)
      .sort((one, two) => two.weight - one.weight || one.other - two.other)
      .slice(0, neighbourCount)
      .sort((one, two) => one.other - two.other);
    for (const { other, weight } of tied) {
      rows.push(other);
      weights.push(weight);
    }
    starts[skill + 1] = rows.length;
    for (const other of neighbours) together[other] = 0;
  }
  return { starts, rows: Uint32Array.from(rows), weights: Float32Array.from(weights) };
}

/** Counts into `together` in how many rows each skill is beside this one, and gives those that are in any. */
function countTogether(skill: number, { starts, skills }: SkillLists, rowsOf: Postings, together: Uint32Array): number[] {
  const met: number[] = [];
  for (let at = rowsOf.starts[skill]!; at < rowsOf.starts[skill + 1]!; at += 1) {
    const row = rowsOf.rows[at]!;
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) {
      const other = skills[entry]!;
      if (other === skill) continue;
      if (together[other] === 0) met.push(other);
      together[other]! += 1;
    }
  }
  return met;
}
