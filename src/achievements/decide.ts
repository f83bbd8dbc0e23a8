import { achievementDefinitions, type Metrics, pointRules, type Rule } from './rules.js';

/** Where a user stands: what was counted, what is unlocked already, and the points so far. */
export interface Standing {
  metrics: Metrics;
  unlocked: ReadonlySet<string>;
  points: number;
}

export interface Decision {
  /** What is to be unlocked, in the order it is earned. */
  unlock: Rule[];
  /** The points once all of it is unlocked. */
  points: number;
}

/**
 * Decides which achievements a user has earned and does not have yet.
 *
 * Points that are given here count at once towards the achievements that ask for points. Those are judged in the order of their
 * thresholds, so one pass settles them: when one is out of reach, so are all after it, and nothing is left that could lift the user.
 */
export function decide({ metrics, unlocked, points }: Standing, rules: readonly Rule[] = achievementDefinitions): Decision {
  const open = rules.filter((rule) => !unlocked.has(rule.key));
  const unlock: Rule[] = [];
  let total = points;
  const take = (rule: Rule) => {
    unlock.push(rule);
    total += rule.points;
  };

  for (const rule of open) {
    if (rule.metric !== 'points' && metrics[rule.metric] >= rule.threshold) take(rule);
  }
  for (const rule of open.filter(({ metric }) => metric === 'points').sort((a, b) => a.threshold - b.threshold)) {
    if (total >= rule.threshold) take(rule);
  }
  return { unlock, points: total };
}

/**
 * Decides what it means to give a user an achievement, earned or not: itself, and what its points bring within reach.
 * Nothing when the user has it already.
 */
export function decideGrant(standing: Standing, granted: Rule, rules: readonly Rule[] = pointRules): Decision {
  if (standing.unlocked.has(granted.key)) return { unlock: [], points: standing.points };
  const unlocked = new Set([...standing.unlocked, granted.key]);
  const { unlock, points } = decide({ ...standing, unlocked, points: standing.points + granted.points }, rules);
  return { unlock: [granted, ...unlock], points };
}
