import type { SkillMatch } from '../skill-matcher.js';
import type { SectionKind } from '../types.js';

/** A word, a sign, a line's end, or a whole skill's name, as the classifier sees it. */
export interface Token {
  /** The word in lower case; `<nl>`, `<num>`; `<Category>` for a skill that is sure, `<maybe>` for one that is not. */
  key: string;
  isCapital: boolean;
  kind: 'word' | 'sign' | 'line' | 'sure' | 'maybe';
}

/** A text as tokens, with the place of each match among them. */
export interface TokenText {
  tokens: Token[];
  /** By the match's index: the index of its token. */
  at: number[];
}

const pieces = /[\n\t]|[\p{L}\p{N}_][\p{L}\p{N}_+#'’]*|[^\s\p{L}\p{N}_]/gu;
const capital = /^\p{Lu}/u;

function plainToken(text: string): Token {
  if (text === '\n') return { key: '<nl>', isCapital: false, kind: 'line' };
  if (text === '\t') return { key: '<tab>', isCapital: false, kind: 'sign' };
  if (!/^[\p{L}\p{N}_]/u.test(text)) return { key: /[•·●▪◦*‣]/.test(text) ? '•' : text, isCapital: false, kind: 'sign' };
  return { key: /^\d/.test(text) ? '<num>' : text.toLowerCase(), isCapital: capital.test(text), kind: 'word' };
}

/** Divides a text into tokens. Every match is one token. */
export function tokenize(text: string, matches: readonly SkillMatch[]): TokenText {
  const tokens: Token[] = [];
  const addPlain = (from: number, to: number) => {
    for (const [piece] of text.slice(from, to).matchAll(pieces)) tokens.push(plainToken(piece));
  };
  let reached = 0;
  const at = matches.map(({ start, end, rule, skill }) => {
    addPlain(reached, start);
    reached = end;
    if (rule === 'listed' || rule === 'titled') {
      addPlain(start, end);
      return tokens.length - 1;
    }
    const isCapital = capital.test(text[start] ?? '');
    tokens.push(
      rule === 'judged' ? { key: '<maybe>', isCapital, kind: 'maybe' } : { key: `<${skill.category}>`, isCapital, kind: 'sure' },
    );
    return tokens.length - 1;
  });
  addPlain(reached, text.length);
  return { tokens, at };
}

/** What is asked of the classifier: whether a term, at its place in a text, is the skill. */
export interface Occurrence {
  /** In lower case. */
  term: string;
  /** Whether it is written as the taxonomy writes it, in small letters, or otherwise. */
  letters: 'exact' | 'small' | 'other';
  section: SectionKind;
  tokens: readonly Token[];
  /** The index of its token. */
  at: number;
}

/** How a term is written at its place. */
export function lettersOf(written: string, term: string): Occurrence['letters'] {
  if (written === term) return 'exact';
  return written === written.toLowerCase() ? 'small' : 'other';
}
