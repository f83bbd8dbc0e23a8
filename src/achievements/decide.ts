import { achievementDefinitions, type Metrics, type Rule } from './rules.js';

/** Where a user stands: what was counted, what is unlocked already, and the points so far. */
export interface Standing {
  metrics: Metrics;
  unlocked: ReadonlySet<string>;
  points: number;
}

interface Decision {
  /** What is newly earned, in the order it is earned. */
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
