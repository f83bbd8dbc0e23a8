import AhoCorasick, { type Match } from 'modern-ahocorasick';
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
  start: number;
  end: number;
  /** What must hold besides, before it counts as the skill. */
  rule: AmbiguityRule | undefined;
}

/** Finds the places in a text where skills are named. Of names that overlap the longest counts: "React Native", not "React". */
export type SkillMatcher = (text: string) => SkillMatch[];

interface Term {
  skill: MatchableSkill;
  /** As the taxonomy writes it. */
  text: string;
  rule: AmbiguityRule | undefined;
}

/**
 * Brings text and terms to the form they are compared in, without changing any position: lower case, a space for a hyphen
 * between letters and for a line's end, plain apostrophes.
 */
function fold(text: string): string {
  return text
    .replace(/\p{Lu}/gu, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter))
    .replace(/(?<=[\p{L}\p{N}])[-‐‑](?=\p{L})/gu, ' ')
    .replace(/(?<!\n)\n(?!\n)|\t/g, ' ')
    .replace(/’/g, "'");
}

const isWordCharacter = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);

const continuesName = (character: string | undefined) => isWordCharacter(character) || character === '+' || character === '#';

/** A term begins and ends with a word; `C` is not in `C++`, nor `.NET` in `ASP.NET`. */
function isWholeTerm(text: string, start: number, end: number): boolean {
  const [left, first, last, right] = [text[start - 1], text[start], text[end - 1], text[end]];
  const startsWord = !isWordCharacter(left) || !(isWordCharacter(first) || first === '.');
  const endsWord = !continuesName(last) || !continuesName(right);
  return startsWord && endsWord;
}

/** Of matches that overlap, keeps the one that begins first, and of those the longest. */
function leftmostLongest<T>(matches: Match<T>[]): Match<T>[] {
  let reached = 0;
  return matches
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      if (start < reached) return false;
      reached = end;
      return true;
    });
}

const chunkLength = 4000;

/**
 * Cuts a text into pieces of bounded length, at the ends of lines if it can. The automaton's time grows with the square of the
 * length it is given; a term that a cut goes through is lost, once in thousands of characters.
 */
function* chunksOf(text: string): Generator<{ chunk: string; offset: number }> {
  for (let offset = 0; offset < text.length; ) {
    const lineEnd = text.length - offset > chunkLength ? text.lastIndexOf('\n', offset + chunkLength) : text.length;
    const end = lineEnd > offset ? lineEnd : offset + chunkLength;
    yield { chunk: text.slice(offset, end), offset };
    offset = end;
  }
}

const needsExactCase = (rule: AmbiguityRule | undefined) => rule === 'exact' || rule === 'context' || rule === 'isolated';

/** Builds a matcher for these skills. Takes some milliseconds for a thousand of them: keep it. */
export function createSkillMatcher(skills: readonly MatchableSkill[]): SkillMatcher {
  const terms = new Map<string, Term>();
  for (const skill of skills) {
    for (const text of [skill.name, ...skill.aliases]) {
      const folded = fold(text);
      // A skill's own name wins over another's alias.
      if (!terms.has(folded) || text === skill.name) terms.set(folded, { skill, text, rule: ambiguityOf(text) });
    }
  }
  const automaton = new AhoCorasick([...terms].map(([pattern, data]) => ({ pattern, data })));
  return (text) => {
    const matches = [...chunksOf(text)].flatMap(({ chunk, offset }) => {
      const folded = fold(chunk);
      return automaton
        .search(folded)
        .filter(({ start, end }) => isWholeTerm(folded, start, end))
        .map((match) => ({ ...match, start: match.start + offset, end: match.end + offset }));
    });
    return leftmostLongest(matches).flatMap(({ start, end, data }) => {
      const { skill, rule, text: written } = data!;
      if (needsExactCase(rule) && text.slice(start, end) !== written) return [];
      return [{ skill, start, end, rule }];
    });
  };
}
