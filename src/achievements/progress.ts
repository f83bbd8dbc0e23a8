import type { Standing } from './decide.js';
import { achievementDefinitions, type Rule } from './rules.js';

/** How far a user is on the way to an achievement. */
export interface Progress {
  rule: Rule;
  /** What counts so far, from 0 to `threshold`. */
  current: number;
  threshold: number;
  /** 0 to 100, rounded down. */
  percent: number;
}

/** How far a user with this standing is on the way to one achievement, whether or not it is unlocked. */
export function progressTo(rule: Rule, { metrics, points }: Pick<Standing, 'metrics' | 'points'>): Progress {
  const counted = rule.metric === 'points' ? points : metrics[rule.metric];
  const current = Math.min(Math.max(counted, 0), rule.threshold);
  return { rule, current, threshold: rule.threshold, percent: Math.floor((100 * current) / rule.threshold) };
}

/** How far a user is on the way to each achievement that is still locked, the nearest first; of equally near ones the easier. */
export function progressOf(standing: Standing, rules: readonly Rule[] = achievementDefinitions): Progress[] {
  const share = ({ current, threshold }: Progress) => current / threshold;
  return rules
    .filter(({ key }) => !standing.unlocked.has(key))
    .map((rule) => progressTo(rule, standing))
    .sort((one, other) => share(other) - share(one) || one.threshold - other.threshold);
}
