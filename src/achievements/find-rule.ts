import { closest, distance } from 'fastest-levenshtein';
import { coded } from '../errors.js';
import { achievementDefinitions, type Rule } from './rules.js';

/** The achievement with this key. Throws ACHIEVEMENT_UNKNOWN, with the nearest key if one is near. */
export function findRule(key: string): Rule {
  const found = achievementDefinitions.find((rule) => rule.key === key);
  if (found) return found;
  const near = closest(
    key,
    achievementDefinitions.map((rule) => rule.key),
  );
  throw coded('ACHIEVEMENT_UNKNOWN', { key, hint: distance(key, near) < key.length / 2 ? ` Did you mean ${near}?` : '' });
}
