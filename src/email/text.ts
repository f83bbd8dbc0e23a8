/** Control characters, lone surrogates, line separators, and the marks that turn the direction of the text after them. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Words of ASCII with single spaces between them: what most texts are, and all that is found at once to need no change. */
const plainLine = /^[!-~]+(?: [!-~]+)*$/;

/** The text as one line of printable characters, so that it can neither add a header nor a line of its own to a mail. */
export function singleLine(text: string): string {
  if (plainLine.test(text)) return text;
  return text.replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
}

/** The text cut to `length` characters, the last being '…'. Counts code points, so that no emoji is cut in half. */
export function shorten(text: string, length: number): string {
  // As many code units can't be more code points.
  if (text.length <= length) return text;
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** What mail programs would turn into a link: an address, a URL, a domain. */
const linkLike = /:\/\/|@|\p{L}{2,}\.\p{L}{2,}/u;

/**
 * A user's name as a mail may show it, at most 80 characters; '' when there is none to show. A name that mail programs
 * would make a link of is not shown: otherwise anyone could sign up with a stranger's address and have us send an advert.
 */
export function displayName(name: string): string {
  const line = singleLine(name);
  return linkLike.test(line) ? '' : shorten(line, 80);
}

/** Where an address, a URL or a domain goes on. */
const joints = /(?<=[\p{L}\p{N}])(?:\.(?=[\p{L}\p{N}])|@|:(?=\/\/))/gu;

/**
 * What one user wrote for another, at most `length` characters, readable as it was written but with an invisible mark (U+2060)
 * where mail programs would see a link: otherwise anyone could have us send theirs.
 */
export function unlinked(text: string, length: number): string {
  return shorten(singleLine(text), length).replace(joints, '$&\u2060');
}
