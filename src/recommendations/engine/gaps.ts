import type { Scored } from './best.js';
import type { Query } from './matcher.js';
import type { SkillLists } from './types.js';

/** How many gaps are kept, and how many of them, the weightiest, add up to 1. */
const gapCount = 20;
const mainGaps = 5;

/**
 * The skills that the best jobs ask for and the user lacks. A gap weighs as much as the jobs suit that have it, and as the skill counts
 * in them; `shares` has that for each entry of their skills.
 */
export function findGaps({ starts, skills }: SkillLists, shares: Float32Array, best: Scored[], held: Query): Query {
  const weights = new Map<number, number>();
  for (const { row, score } of best) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) {
      const skill = skills[entry]!;
      if (!held.has(skill)) weights.set(skill, (weights.get(skill) ?? 0) + score * shares[entry]!);
    }
  }
  const heaviest = [...weights].sort(([one, weight], [other, otherWeight]) => otherWeight - weight || one - other);
  const total = heaviest.slice(0, mainGaps).reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(heaviest.slice(0, gapCount).map(([skill, weight]) => [skill, weight / total]));
}
