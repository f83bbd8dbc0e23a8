/** A skill that a job asks for; `weight` is how much it counts, above 0. */
interface AskedSkill {
  name: string;
  weight: number;
  /** Whether the user has it. */
  held: boolean;
}

/** How well a user's skills cover those of a job: each counts by its weight. Lists keep the order of `skills`. */
export function skillMatch(skills: AskedSkill[]): {
  /** From 0 to 100, rounded down, so that 100 means all of them; null for a job that asks for none. */
  percent: number | null;
  matched: string[];
  missing: string[];
} {
  const matched = skills.filter(({ held }) => held);
  const missing = skills.filter(({ held }) => !held);
  return {
    percent: skills.length > 0 ? percentOf(matched, missing) : null,
    matched: matched.map(({ name }) => name),
    missing: missing.map(({ name }) => name),
  };
}

/** Not by the quotient alone: with fractions it may fall short of 1 for all, and reach it with a tiny one missing. */
function percentOf(matched: AskedSkill[], missing: AskedSkill[]): number {
  if (missing.length === 0) return 100;
  const held = weightOf(matched);
  return Math.min(99, Math.floor((100 * held) / (held + weightOf(missing))));
}

const weightOf = (skills: AskedSkill[]) => skills.reduce((sum, { weight }) => sum + weight, 0);
