import { type AmbiguityRule, ambiguityOf } from './ambiguous-terms.js';

export interface MatchableSkill {
  id: number;
  name: string;
  category: string;
  aliases: readonly string[];
}

/** A place where a skill's name or alias stands. */
export interface SkillMatch {
  skill: MatchableSkill;
  /** The name or alias, as the taxonomy writes it. */
  term: string;
  start: number;
  end: number;
  /** What must hold besides, before it counts as the skill. */
  rule: AmbiguityRule | undefined;
}

/**
 * Finds the places in a text where skills are named, in their order. Of names that overlap the one that begins first counts,
 * and of those the longest: "React Native", not "React".
 */
export type SkillMatcher = (text: string) => SkillMatch[];

interface Term {
  skill: MatchableSkill;
  text: string;
  rule: AmbiguityRule | undefined;
  isExact: boolean;
}

/**
 * Brings text and terms to the form they are compared in, without changing any position: lower case, a space for a hyphen
 * between letters and for a line's end, plain apostrophes.
 */
function fold(text: string): string {
  return text
    .replace(/\p{Lu}/gu, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter))
    .replace(/(?<=[\p{L}\p{N}])[-‐‑](?=\p{L})/gu, ' ')
    .replace(/(?<!\n)\n(?!\n)/g, ' ')
    .replace(/’/g, "'");
}

const isWordCharacter = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);

const continuesName = (character: string | undefined) => isWordCharacter(character) || character === '+' || character === '#';

/** A term ends with a word; `C` is not in `C++`. */
const endsWord = (text: string, end: number) => !continuesName(text[end - 1]) || !continuesName(text[end]);

/** What a term may begin with: a word, or the dot of `.NET`, which is not the one in `ASP.NET`. */
const beginning = /[\p{L}\p{N}_]+|(?<![\p{L}\p{N}_])\./gu;

const needsExactCase = (text: string, rule: AmbiguityRule | undefined) =>
  rule === 'exact' || (rule === 'judged' && text.length === 1);

/** Builds a matcher for these skills. Takes some milliseconds for a thousand of them: keep it. */
export function createSkillMatcher(skills: readonly MatchableSkill[]): SkillMatcher {
  const terms = new Map<string, Term>();
  for (const skill of skills) {
    for (const text of [skill.name, ...skill.aliases]) {
      const folded = fold(text);
      // A skill's own name wins over another's alias.
      if (terms.has(folded) && text !== skill.name) continue;
      const rule = ambiguityOf(text, skill.category);
      terms.set(folded, { skill, text, rule, isExact: needsExactCase(text, rule) });
    }
  }
  const lengths = lengthsByBeginning(terms.keys());

  return (text) => {
    const folded = fold(text);
    const matches: SkillMatch[] = [];
    let reached = 0;
    for (const { 0: begins, index: start } of folded.matchAll(beginning)) {
      if (start < reached) continue;
      for (const length of lengths.get(begins) ?? []) {
        const end = start + length;
        const term = terms.get(folded.slice(start, end));
        if (!term || !endsWord(folded, end) || (term.isExact && text.slice(start, end) !== term.text)) continue;
        matches.push({ skill: term.skill, term: term.text, start, end, rule: term.rule });
        reached = end;
        break;
      }
    }
    return matches;
  };
}

/** How long the terms are that begin with a word, the longest first: few lookups for each word of a text, however many terms. */
function lengthsByBeginning(terms: Iterable<string>): Map<string, number[]> {
  const lengths = new Map<string, Set<number>>();
  for (const term of terms) {
    const begins = term.match(beginning)?.[0];
    if (begins === undefined || !term.startsWith(begins)) continue;
    lengths.set(begins, (lengths.get(begins) ?? new Set()).add(term.length));
  }
  return new Map([...lengths].map(([begins, found]) => [begins, [...found].sort((a, b) => b - a)]));
}
