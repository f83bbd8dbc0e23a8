/** The longest text that is kept, in UTF-16 units; a resume is a hundredth of that. */
export const maxTextLength = 500_000;

// Word and LibreOffice draw bullets with characters of symbol fonts, which lie in the private use area.
const privateUse = /[\uE000-\uF8FF]/g;
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFFC]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
const controls = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/g;
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * Brings text into one form: NFKC (which also takes ligatures apart), no invisible or control characters, nothing that
 * PostgreSQL refuses (NUL, lone surrogates), single spaces, at most one blank line in a row.
 */
export function normalizeText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029|\x85|\f|\v/g, '\n')
    .replace(privateUse, '•')
    .replace(invisible, '')
    .replace(loneSurrogates, '')
    .normalize('NFKC')
    .replace(controls, '')
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\t[ \t]*/g, '\t')
    .replace(/[ \t]?\n[ \t]?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Joins words that a line's end split, such as "develop-" and "ment". */
export function joinHyphenation(text: string): string {
  return text.replace(/(?<=\p{Ll}{2})-\n(?=\p{Ll}{2})/gu, '');
}
