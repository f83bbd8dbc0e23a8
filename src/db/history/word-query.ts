/**
 * The search for words as PostgreSQL's tsquery reads it: all of them, a number as it is, any other word as the beginning of one.
 * Words end where the column `words` ends them: at white space and punctuation. A text without any finds nothing.
 */
export function wordQuery(text: string): string {
  const words = text.split(/[\0-/:-@[-`{-\x7f]+/).filter(Boolean);
  return words.map((word) => (/^\d+$/.test(word) ? `'${word}'` : `'${word}':*`)).join(' & ');
}
