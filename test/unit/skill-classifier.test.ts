import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeMatches } from '#src/resumes/analyze/disambiguate/index.js';
import { createSkillMatcher } from '#src/resumes/analyze/skill-matcher.js';
import { taxonomy } from '#src/skills/index.js';

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ id: index + 1, ...skill })));

/** The chance that the first place of a term in a text is the skill. */
function chanceOf(term: string, text: string): number {
  const matches = matcher(text);
  const index = matches.findIndex((match) => match.term === term);
  return judgeMatches(text, matches, () => 'experience')[index]!;
}

it.each([
  ['Swift', 'Two iOS apps in Swift and SwiftUI', 'Swift and friendly service at the bar'],
  ['Oracle', 'Tuned Oracle and PostgreSQL databases', 'Oracle Corporation, Sales Manager'],
  ['Phoenix', 'Elixir, Phoenix, PostgreSQL', 'Phoenix, Arizona'],
  ['Chef', 'Servers set up with Chef and Terraform', 'Chef in a hotel kitchen'],
  ['Access', 'Excel, Access, Word', 'Better access for disabled guests'],
  ['Julia', 'Solvers in Julia and Fortran', 'Julia Brown, Head of Nursing'],
])('%s is the skill in %j, not in %j', (term, skill, other) => {
  expect(chanceOf(term, skill)).toBeGreaterThan(0.5);
  expect(chanceOf(term, other)).toBeLessThan(0.5);
});

it('judges a term that it has no examples of by what stands around it', () => {
  expect(chanceOf('Remix', 'React, Remix, TypeScript')).toBeGreaterThan(0.5);
  expect(chanceOf('Remix', 'Danced to a remix at the party')).toBeLessThan(0.5);
});

it('is sure of terms that mean one thing', () => {
  expect(chanceOf('PostgreSQL', 'never heard of PostgreSQL')).toBe(1);
});

it('stops judging a term that a text repeats without end', () => {
  const text = 'Go, Python, '.repeat(1000);
  const chances = judgeMatches(text, matcher(text), () => 'skills');
  expect(chances.filter((chance) => chance > 0)).toHaveLength(400);
});

describe('the labelled sentences', () => {
  const rowsOf = (file: string) =>
    readFileSync(new URL(`../../data/skill-contexts/${file}`, import.meta.url), 'utf8')
      .split('\n')
      .filter((row) => row !== '' && !row.startsWith('#'))
      .map((row) => row.split('\t') as [word: string, label: string, sentence: string]);
  const heldOut = rowsOf('held-out.tsv');
  const training = ['languages', 'web', 'operations', 'office'].flatMap((group) => rowsOf(`train-${group}.tsv`));

  it('that are held out are not learned from', () => {
    const learned = new Set(training.map(([, , sentence]) => sentence));
    expect(heldOut.filter(([, , sentence]) => learned.has(sentence))).toEqual([]);
  });

  it('that are held out are judged rightly nine times in ten, and three times in four for every word', () => {
    const words = new Map<string, boolean[]>();
    for (const [word, label, sentence] of heldOut) {
      const text = sentence.replaceAll('\\n', '\n');
      const matches = matcher(text);
      const index = matches.findIndex(({ term, rule }) => rule === 'judged' && term.toLowerCase() === word.toLowerCase());
      const isRight = judgeMatches(text, matches, () => 'header')[index]! >= 0.5 === (label === '1');
      words.set(word, [...(words.get(word) ?? []), isRight]);
    }
    const share = (results: boolean[]) => results.filter(Boolean).length / results.length;
    expect(share([...words.values()].flat())).toBeGreaterThan(0.9);
    for (const [word, results] of words) expect(share(results), word).toBeGreaterThanOrEqual(0.75);
  });
});
