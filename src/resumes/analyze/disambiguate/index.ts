import type { SkillMatch } from '../skill-matcher.js';
import type { SectionKind } from '../types.js';
import { lettersOf, tokenize } from './context.js';
import { featuresOf } from './features.js';
import { type Model, probability } from './model.js';
import { step, weights } from './weights.js';

const model: Model = { step, weights: new Int8Array(Buffer.from(weights, 'base64')) };

/** A term that a text repeats more often than this is judged no more: a guard of the time that a made-up text may take. */
const maxJudged = 200;

/**
 * The chance, from 0 to 1, that each match whose rule is `judged` is the skill and not a common word, a name or a place; 1
 * for the others. By a logistic regression over the words, signs and skills around it.
 *
 * @param sectionOf The section that a match stands in.
 */
export function judgeMatches<T extends SkillMatch>(
  text: string,
  matches: readonly T[],
  sectionOf: (match: T) => SectionKind,
): number[] {
  const { tokens, at } = tokenize(text, matches);
  const judged = new Map<string, number>();
  return matches.map((match, index) => {
    if (match.rule !== 'judged') return 1;
    const count = (judged.get(match.term) ?? 0) + 1;
    judged.set(match.term, count);
    if (count > maxJudged) return 0;
    const occurrence = {
      term: match.term.toLowerCase(),
      letters: lettersOf(text.slice(match.start, match.end), match.term),
      section: sectionOf(match),
      tokens,
      at: at[index]!,
    };
    return probability(model, featuresOf(occurrence));
  });
}
