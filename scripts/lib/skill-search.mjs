/** The two simple ways to find skills in a text, to compare with. */

const termsOf = (taxonomy) =>
  taxonomy.flatMap(({ name, aliases }) => [name, ...aliases].map((term) => ({ name, term: term.toLowerCase() })));

/** Every skill whose name or alias occurs anywhere in the text, in any case. */
export function searchSubstrings(taxonomy) {
  const terms = termsOf(taxonomy);
  return (text) => {
    const lower = text.toLowerCase();
    return [...new Set(terms.filter(({ term }) => lower.includes(term)).map(({ name }) => name))];
  };
}

const escapePattern = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Likewise, but only as whole words. */
export function searchWords(taxonomy) {
  const terms = termsOf(taxonomy).map(({ name, term }) => ({
    name,
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(term)}(?![\\p{L}\\p{N}+#])`, 'iu'),
  }));
  return (text) => [...new Set(terms.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name))];
}
