import { wordsOf } from './words.js';

/**
 * The search for words as PostgreSQL's tsquery reads it: all of them, a number as it is, any other word as the beginning of one.
 * A text without any finds nothing.
 */
export const wordQuery = (text: string): string =>
  wordsOf(text)
    .map((word) => (/^\d+$/.test(word) ? `'${word}'` : `'${word}':*`))
    .join(' & ');
