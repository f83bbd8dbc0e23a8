import type { FoundSkill } from './analyze/index.js';

/** Below this an analysis is not sure enough to add a skill to someone's profile. */
const minConfidence = 0.5;

/** From 1 (beginner) to 5 (expert), by the years a skill was used; 2 when the resume does not tell them. */
export function proficiencyOf(years: number | null): number {
  if (years === null) return 2;
  if (years < 1) return 1;
  if (years < 3) return 2;
  if (years < 5) return 3;
  return years < 8 ? 4 : 5;
}

/** The skills of an analysis that go into the profile. */
export function profileSkills(skills: readonly FoundSkill[]) {
  return skills
    .filter(({ confidence }) => confidence >= minConfidence)
    .map(({ skillId, years, confidence }) => ({ skillId, years, confidence, proficiency: proficiencyOf(years) }));
}
