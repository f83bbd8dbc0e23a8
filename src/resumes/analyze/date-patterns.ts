import { anyMonth, anySeason, joiner, monthUnit, present, since, yearUnit } from './date-words.js';

/** Patterns for dates in a line that `encodeDateWords` encoded. */

const year = '(?:19|20)\\d\\d';
const shortYear = "['’]\\d\\d";
const monthName = `${anyMonth}\\.?`;
const monthNumber = '(?:0?[1-9]|1[0-2])';
const day = '[0-3]?\\d';
/** A date that is no bare year; alternatives from the most to the least particular. */
const fullDate = [
  `(?:${day}(?:\\.|st|nd|rd|th|er)? )?(?:de )?${monthName}(?: ${day},)?,?(?: de| del|[-/])? ?(?:${year}|${shortYear})(?!\\d)`,
  `${anySeason} (?:de )?(?:${year}|${shortYear})`,
  `(?:q[1-4]|[1-4]q)[ /-]?(?:${year}|${shortYear})|${year}[ /-]?q[1-4]`,
  `${year}[-/.](?:0[1-9]|1[0-2])(?:[-/.][0-3]\\d)?(?!\\d)`,
  `${monthNumber}/(?:1[3-9]|2\\d|3[01])/${year}`,
  `(?:${day}[./])?${monthNumber}[./-]${year}`,
  `${monthNumber}/\\d\\d(?![\\d/])`,
  `${monthName}[ -]\\d\\d(?![\\d,])`,
].join('|');
const date = `(?:(?:${fullDate}|${year}|${shortYear})(?: ?(?:рр?\\.|року))?)`;

const before = '(?<![\\p{L}\\p{N}/.-])';
const after = '(?![\\p{L}\\p{N}]|[-/.]\\d)';
const duration = `(?:\\d{1,3} ?(?:${yearUnit}|${monthUnit})(?:\\.|(?![\\p{L}])))`;
/** A duration that repeats what the dates say, as in `Jan 2020 – Mar 2021 · 1 yr 3 mos`. */
const durations = `(?:\\s*[·(,|]?\\s*\\(?${duration}(?:,? (?:and |und |et |y )?${duration})?\\)?)?`;
const pattern = (source: string) => new RegExp(source, 'u');

/** Group 1 is the start, group 2 the end. */
export const rangePattern = pattern(`${before}(${date})\\s*${joiner}\\s*(${date}|(?:${present})(?!\\p{L}))${after}${durations}`);
/** `June – August 2018`, whose start has no year of its own. */
export const sharedYearPattern = pattern(
  `${before}(?:(${monthName})|(${anySeason}))\\s*${joiner}\\s*((?:${monthName}|${anySeason})\\s(?:de )?${year})${after}${durations}`,
);
/** `2018–21`; up to 12 it would be a month. */
export const shortEndPattern = pattern(`${before}(${year})[-–/](1[3-9]|[2-9]\\d)${after}`);
/** `since 2016`, `2016 –` and `Jan 2020 (6 months)`. */
export const sincePattern = pattern(`(?<![\\p{L}])${since} (${date})(?![\\p{L}\\p{N}])`);
export const openPattern = pattern(`${before}(${date})\\s*[-–—]\\s*(?=$|\\t|\\))`);
export const measuredPattern = pattern(`${before}(${date})\\s*[(,·|]\\s*(${duration}(?:,? ${duration})?)\\)?`);
/** A date set apart from the text: a line or column of its own, in brackets, or last. */
export const lonePattern = pattern(`(?:^|\\t|\\(|[,|·–—] )(${date})\\)?(?=$|\\t|:)`);

export const yearPattern = pattern(`${year}(?!\\d)`);
/** The years and the months of a length of time. */
export const yearsPattern = pattern(`(\\d{1,3}) ?${yearUnit}`);
export const monthsPattern = pattern(`(\\d{1,3}) ?${monthUnit}`);
