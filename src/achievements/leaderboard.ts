/** How many of the highest totals the ladder holds. */
export const ladderSteps = 1000;

/** The figures of all active users. Whoever has as many points has the same rank, and the ranks after it are left out: 1, 2, 2, 4. */
export interface Stats {
  /** How many users are active. */
  users: number;
  /** How many of them have points, and so a rank. */
  ranked: number;
  /** Those with the most points, at most 100. */
  leaders: { rank: number; userId: number; points: number; achievements: number }[];
  /** The highest totals, falling, each with the rank that it has. */
  ladder: { rank: number; points: number }[];
  /** How many have unlocked each achievement, and which share of the active users that is, from 0 to 1. */
  achievements: { key: string; unlocked: number; rate: number }[];
}

/** The rank that so many points have; null without points, and below a ladder that does not reach down so far. */
export function rankOf(points: number, { ladder, ranked }: Pick<Stats, 'ladder' | 'ranked'>): number | null {
  if (points <= 0) return null;
  const step = ladder.find((each) => each.points <= points);
  if (step) return step.rank;
  return ladder.length < ladderSteps ? ranked + 1 : null;
}
