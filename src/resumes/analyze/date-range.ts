import {
  lonePattern,
  measuredPattern,
  monthsPattern,
  openPattern,
  rangePattern,
  sharedYearPattern,
  shortEndPattern,
  sincePattern,
  yearPattern,
  yearsPattern,
} from './date-patterns.js';
import { encodeDateWords, spanIn } from './date-words.js';

/** A calendar month as a number: year × 12 + (0 for January). */
export type Month = number;

export interface DateRange {
  start: Month;
  /** The month behind the last one, so that `end - start` is the length. */
  end: Month;
  /** YYYY-MM, or YYYY when no month was given. */
  startText: string;
  /** null while it lasts. */
  endText: string | null;
  /** Where in the line it was found. */
  index: number;
  length: number;
}

interface ParsedDate {
  year: number;
  /** 0 to 11, and up to 13 for a winter that ends in the next year; undefined when only a year was given. */
  first: number | undefined;
  last: number | undefined;
}

/** `'98` is 1998, `'21` is 2021. */
function fullYear(twoDigits: number, now: Date): number {
  const century = twoDigits <= (now.getUTCFullYear() % 100) + 5 ? 2000 : 1900;
  return century + twoDigits;
}

function parseDate(text: string, now: Date): ParsedDate {
  const digits = yearPattern.exec(text)?.[0];
  const short = digits ? undefined : /(\d\d)\D*$/.exec(text)?.[1];
  const yearOf = digits ? Number(digits) : fullYear(Number(short), now);
  const rest = digits ? text.replace(digits, ' ') : text.replace(/\d\d\D*$/, ' ');
  const quarter = /q([1-4])|([1-4])q/.exec(rest);
  if (quarter) {
    const first = (Number(quarter[1] ?? quarter[2]) - 1) * 3;
    return { year: yearOf, first, last: first + 2 };
  }
  const span = spanIn(rest);
  if (span) return { year: yearOf, ...span };
  const numbers = (rest.match(/\d{1,2}/g) ?? []).map(Number);
  const isDayLast = /^\s*\d{1,2}\/(1[3-9]|2\d|3[01])\//.test(rest) || /^\s+[-/.]/.test(rest);
  const number = isDayLast ? numbers[0] : numbers.at(-1);
  const month = number === undefined ? undefined : number - 1;
  return { year: yearOf, first: month, last: month };
}

const toText = (yearOf: number, month: number | undefined) =>
  month === undefined ? `${yearOf}` : `${yearOf + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/** The current month. */
const monthOf = (now: Date): Month => now.getUTCFullYear() * 12 + now.getUTCMonth();

const earliest: Month = 1950 * 12;
const longest = 60 * 12;

/** The start and the end as written; `end` is null while it lasts. */
interface Written {
  from: ParsedDate;
  to: ParsedDate | null;
  /** How long it took, when the text tells that instead of an end. */
  months?: number;
  index: number;
  length: number;
}

const monthsOf = (duration: string) =>
  Number(yearsPattern.exec(duration)?.[1] ?? 0) * 12 + Number(monthsPattern.exec(duration)?.[1] ?? 0);

function readRange(line: string, now: Date): Written | undefined {
  const at = (match: RegExpExecArray) => ({ index: match.index, length: match[0].length });
  const shared = sharedYearPattern.exec(line);
  if (shared) {
    const to = parseDate(shared[3]!, now);
    const span = spanIn(shared[1] ?? shared[2]!)!;
    const from = { ...span, year: span.first > (to.last ?? 11) ? to.year - 1 : to.year };
    return { from, to, ...at(shared) };
  }
  const range = rangePattern.exec(line);
  if (range) {
    const isOver = /\d/.test(range[2]!);
    return { from: parseDate(range[1]!, now), to: isOver ? parseDate(range[2]!, now) : null, ...at(range) };
  }
  const shortEnd = shortEndPattern.exec(line);
  if (shortEnd) {
    const [from, to] = [parseDate(shortEnd[1]!, now), parseDate(`'${shortEnd[2]}`, now)];
    return { from, to, ...at(shortEnd) };
  }
  const measured = measuredPattern.exec(line);
  if (measured) {
    const from = parseDate(measured[1]!, now);
    return { from, to: from, months: monthsOf(measured[2]!), ...at(measured) };
  }
  const open = sincePattern.exec(line) ?? openPattern.exec(line);
  return open ? { from: parseDate(open[1]!, now), to: null, ...at(open) } : undefined;
}

/** A season, a quarter, a month or a year that stands for itself. */
function readLone(line: string, now: Date): Written | undefined {
  const match = lonePattern.exec(line);
  if (!match) return undefined;
  const found = parseDate(match[1]!, now);
  return { from: found, to: found, index: match.index, length: match[0].length };
}

/** A year counts half when nothing but it is known. */
const monthsOfLoneYear = 6;

function toRange({ from, to, months, index, length }: Written, now: Date): DateRange | undefined {
  const afterNow = monthOf(now) + 1;
  const start = from.year * 12 + (from.first ?? 0);
  if (start < earliest || start >= afterNow) return undefined;
  const place = { startText: toText(from.year, from.first), index, length };
  if (!to) return afterNow - start > longest ? undefined : { start, end: afterNow, endText: null, ...place };
  if (to.year * 12 + (to.last ?? 11) < start) return undefined;
  const isLoneYear = to.year === from.year && from.first === undefined && to.last === undefined;
  const written = isLoneYear ? start + monthsOfLoneYear : to.year * 12 + (to.last === undefined ? 0 : to.last + 1);
  const end = Math.min(months ? start + months : Math.max(written, start + 1), afterNow);
  if (end - start > longest) return undefined;
  if (!months) return { start, end, endText: toText(to.year, to.last), ...place };
  const lastYear = Math.floor((end - 1) / 12);
  return { start, end, endText: toText(lastYear, from.first === undefined ? undefined : (end - 1) % 12), ...place };
}

/** Dates that were read, or the text of dates that no career can have. */
export type ReadDates = { range: DateRange } | { ignored: string };

/**
 * Reads the first range of dates in a line: `Jan 2019 – Present`, `03/2019 - 08/2021`, `2018 to 2020`, `since May 2022`,
 * `Jan 2020 (6 months)`, `Q3 2019 – Summer 2021`, `'19 – '21`.
 *
 * A month counts whole. A range of years alone counts their difference, and half a year within one year. What lies
 * after `now` is cut off; a range that ends before it starts, starts before 1950 or after `now`, or lasts more than 60
 * years is ignored.
 *
 * @param lone Whether a single date that is set apart from the text counts too.
 */
export function readDates(line: string, now: Date, lone = false): ReadDates | undefined {
  const encoded = encodeDateWords(line);
  const written = readRange(encoded, now) ?? (lone ? readLone(encoded, now) : undefined);
  if (!written) return undefined;
  const range = toRange(written, now);
  return range ? { range } : { ignored: line.slice(written.index, written.index + written.length).trim() };
}

/** Whether a line has a range of dates, sensible or not. */
export function hasDateRange(line: string): boolean {
  const encoded = encodeDateWords(line);
  return rangePattern.test(encoded) || sharedYearPattern.test(encoded);
}

/** How many months the ranges cover together; what overlaps counts once. */
export function coveredMonths(ranges: readonly { start: Month; end: Month }[]): number {
  let covered = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}

/** Months as years, to one decimal. */
export const toYears = (months: number): number => Math.round((months / 12) * 10) / 10;
