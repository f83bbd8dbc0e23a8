/** The most people whom one text may mention; those named after them are not told. */
export const maxMentions = 50;

/** Spans of code between equal runs of backticks, as in Markdown, and a fence that nothing closes. */
const code = /(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|^ {0,3}```[\s\S]*/gm;

/**
 * `@` and a username, as accounts have them. What stands before keeps e-mail addresses and paths of web addresses out, what
 * stands after keeps out names that are longer than a username and addresses on other sites, such as `@ada@example.social`.
 */
const mention = /(?<![\p{L}\p{N}_.%+@/-])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,48}[A-Za-z0-9])?)(?![\p{L}\p{N}@])/gu;

/** The usernames that a text mentions, in lower case, each once, in the order of their first mention; not those within code. */
export function findMentions(text: string): string[] {
  const names = [...text.replace(code, ' ').matchAll(mention)].map(([, name]) => name!.toLowerCase());
  return [...new Set(names)].slice(0, maxMentions);
}
