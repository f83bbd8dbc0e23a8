import type { SkillLists } from './types.js';

/** How many skills an item names. */
const namedSkills = 5;

/** The skills of a row that are wanted, the weightiest first; of equals the one with the lower row. */
export function rankSkills(
  { starts, skills }: SkillLists,
  row: number,
  weightOf: (skill: number, entry: number) => number,
): number[] {
  const ranked: { skill: number; weight: number }[] = [];
  for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) {
    const skill = skills[entry]!;
    const weight = weightOf(skill, entry);
    if (weight > 0) ranked.push({ skill, weight });
  }
  return ranked.sort((one, other) => other.weight - one.weight || one.skill - other.skill).map(({ skill }) => skill);
}

/** The names of the first skills. */
export const nameSkills = (skills: number[], names: string[]): string[] =>
  skills.slice(0, namedSkills).map((skill) => names[skill]!);
