import { describe, expect, it } from 'vitest';
import { matchesGlob } from '#src/db/history/glob.js';

describe('a pattern', () => {
  it.each([
    ['email', 'email'],
    ['EMAIL', 'email'],
    ['e*', 'email'],
    ['*l', 'email'],
    ['e*a*l', 'email'],
    ['*', ''],
    ['**', 'anything'],
    ['a.b+c', 'a.b+c'],
    ['*ab', 'abab'],
  ])('%s fits %s', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(true);
  });

  it.each([
    ['mail', 'email'],
    ['e*x', 'email'],
    ['a*a', 'a'],
    ['a.b', 'axb'],
    ['', 'a'],
  ])('%s does not fit %s', (pattern, text) => {
    expect(matchesGlob(pattern, text)).toBe(false);
  });

  it('of nothing but stars between letters ends, though nothing fits', () => {
    expect(matchesGlob(`${'*a'.repeat(900)}*b`, 'a'.repeat(3000))).toBe(false);
  });
});
