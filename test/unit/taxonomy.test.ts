import { expect, it } from 'vitest';
import { ambiguityOf } from '#src/resumes/analyze/ambiguous-terms.js';
import { taxonomy } from '#src/skills/index.js';
import { skillSlug } from '#src/skills/taxonomy.js';

const names = taxonomy.map(({ name }) => name);
const terms = taxonomy.flatMap(({ name, aliases }) => [name, ...aliases]).map((term) => term.toLowerCase());

it('knows more than a thousand skills', () => {
  expect(taxonomy.length).toBeGreaterThan(1000);
});

it('covers the fields people work in', () => {
  const categories = new Set(taxonomy.map(({ category }) => category));
  for (const category of [
    'Programming languages',
    'Healthcare',
    'Finance',
    'Law',
    'Design',
    'Engineering',
    'Trades and construction',
    'Education and care',
    'Logistics and transport',
    'Hospitality and tourism',
    'Spoken languages',
  ]) {
    expect(categories).toContain(category);
  }
});

it('gives every skill a slug of its own', () => {
  const slugs = taxonomy.map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
  for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

it('tells C, C++, C# and .NET apart in a slug', () => {
  expect(['C', 'C++', 'C#', '.NET', 'Node.js', 'CI/CD'].map(skillSlug)).toEqual([
    'c',
    'c-plus-plus',
    'c-sharp',
    'dot-net',
    'node-js',
    'ci-cd',
  ]);
});

it('gives no name or alias to two skills', () => {
  const seen = new Set<string>();
  expect(terms.filter((term) => seen.size === seen.add(term).size)).toEqual([]);
});

it('relates skills only to skills it has, and to no skill itself', () => {
  const wrong = taxonomy.flatMap(({ name, related }) => related.filter((other) => other === name || !names.includes(other)));
  expect(wrong).toEqual([]);
});

it('rules how single letters are recognised', () => {
  const letters = terms.filter((term) => term.length === 1);
  expect(letters.sort()).toEqual(['c', 'r']);
  for (const letter of letters) expect(ambiguityOf(letter, 'Programming languages')).toBe('judged');
});
