import type { FoundSkill } from './analyze/index.js';

/** Below this an analysis is not sure enough to add a skill to someone's profile. */
const minConfidence = 0.5;

/** One step less for "basic knowledge of", one more for "expert in". */
const commandSteps = { basic: -1, advanced: 1 } as const;

/** From 1 (beginner) to 5 (expert): by the years a skill was used, 2 when there are none, and by what the resume says of it. */
export function proficiencyOf({ years, command }: Pick<FoundSkill, 'years' | 'command'>): number {
  const step = command === null ? 0 : commandSteps[command];
  return Math.min(5, Math.max(1, proficiencyByYears(years) + step));
}

function proficiencyByYears(years: number | null): number {
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
    .map((skill) => ({
      skillId: skill.skillId,
      years: skill.years,
      confidence: skill.confidence,
      proficiency: proficiencyOf(skill),
    }));
}
