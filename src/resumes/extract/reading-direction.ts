const rtl = '\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}';
const rtlLetters = new RegExp(`[${rtl}]`, 'gu');
const otherLetters = new RegExp(`(?![${rtl}])\\p{L}`, 'gu');
/** In a line turned round: words from left to right, which begin at its end, or a number. */
const leftToRightRun = new RegExp(
  `(?:(?![${rtl}])[\\p{L}\\p{N}+%](?:(?![${rtl}])[^\\t])*)?(?![${rtl}])\\p{L}|\\d(?:[\\d.,:/-]*\\d)?`,
  'gu',
);
/** Words from right to left, with what stands between them. */
const rightToLeftRun = new RegExp(`[${rtl}](?:[${rtl}\\p{M}\\s\\d.,'"׳״()-]*[${rtl}\\p{M}])?`, 'gu');
const digits = /\d[\d.,:/-]*\d/g;

const mirrored: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '{': '}',
  '}': '{',
  '<': '>',
  '>': '<',
  '«': '»',
  '»': '«',
};

const reverse = (text: string) => [...text].reverse().join('');
const mirror = (text: string) => text.replace(/[()[\]{}<>«»]/g, (bracket) => mirrored[bracket] ?? bracket);
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** Whether most letters of a text are Hebrew or Arabic. */
export const isMostlyRightToLeft = (text: string): boolean => {
  const letters = count(text, rtlLetters);
  return letters > 0 && letters >= count(text, otherLetters);
};

/** Whether a line of a page is read from right to left; on such a page one without letters is, too. */
export function isRightToLeftLine(line: string, isRightToLeftPage: boolean): boolean {
  if (line.search(rtlLetters) !== -1) return isRightToLeftPage || isMostlyRightToLeft(line);
  return isRightToLeftPage && line.search(otherLetters) === -1;
}

/** Brings a line's characters from the order they stand in on the page, left to right, into the order they are read in. */
export function inLogicalOrder(line: string, isRightToLeft: boolean): string {
  if (isRightToLeft) return reverse(mirror(line)).replace(leftToRightRun, (run) => mirror(reverse(run)));
  return line.replace(rightToLeftRun, (run) => reverse(mirror(run)).replace(digits, reverse));
}
