/**
 * The words of a text as they are kept and searched for: in lower case, and ending at white space and punctuation, or after 200
 * characters. No search is longer, and PostgreSQL takes no word of some thousand.
 */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{M}\p{N}]{1,200}/gu) ?? [];

/** The words of JSON texts, as PostgreSQL reads a tsvector. */
export function wordVector(json: string): string {
  const words = wordsOf(json.includes('\\') ? json.replace(/\\(?:u[0-9a-f]{4}|.)/g, ' ') : json);
  return words.length > 0 ? `'${words.join("' '")}'` : '';
}
