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

const monthNames = [
  'january januar janvier enero jan ene січень січня',
  'february februar février febrero feb févr лютий лютого',
  'march märz mars marzo mar mär mrz березень березня',
  'april avril abril apr avr abr квітень квітня',
  'may mai mayo травень травня',
  'june juni juin junio jun червень червня',
  'july juli juillet julio jul juil липень липня',
  'august août agosto aug ago серпень серпня',
  'september septembre septiembre sept sep вересень вересня',
  'october oktober octobre octubre oct okt жовтень жовтня',
  'november novembre noviembre nov листопад листопада',
  'december dezember décembre diciembre dec dez déc dic грудень грудня',
].map((names) => names.split(' '));

const monthByName = new Map(monthNames.flatMap((names, month) => names.map((name) => [name, month] as const)));
const anyMonth = [...monthByName.keys()].sort((a, b) => b.length - a.length).join('|');
const year = '(?:19|20)\\d\\d';
const date = `(?:(?:\\d{1,2} )?(?:${anyMonth})\\.?,? (?:de )?${year}|(?:[0-3]?\\d[./])?(?:0?[1-9]|1[0-2])[./-]${year}|${year}[-/.](?:0[1-9]|1[0-2])(?!\\d)|${year})`;
const present =
  "present|current|currently|now|today|ongoing|to date|date|heute|aktuell|jetzt|présent|aujourd[’']hui|actualidad|actual|presente|дотепер|зараз|сьогодні";
const rangePattern = new RegExp(
  `(?<![\\p{L}\\p{N}/.-])(${date})\\s*(?:-|–|—|−|‒|~|→|\\bto\\b|\\buntil\\b|\\bthrough\\b|\\bbis\\b|(?<= )à(?= )|\\bau\\b|\\bhasta\\b|(?<= )a(?= )|(?<= )до(?= )|(?<= )по(?= ))\\s*(${date}|${present})(?![\\p{L}\\p{N}]|[-/.]\\d)`,
  'iu',
);
const sincePattern = new RegExp(`(?<![\\p{L}])(?:since|from|seit|depuis|desde|з) (${date})(?![\\p{L}\\p{N}])`, 'iu');

interface ParsedDate {
  year: number;
  /** 0 to 11; undefined when only a year was given. */
  month: number | undefined;
}

function parseDate(text: string): ParsedDate {
  const yearOf = Number(new RegExp(year).exec(text)?.[0]);
  const rest = text.replace(String(yearOf), ' ').toLowerCase();
  const name = /\p{L}{3,}/u.exec(rest)?.[0];
  if (name) return { year: yearOf, month: monthByName.get(name) };
  const number = /(\d{1,2})\D*$/.exec(rest)?.[1];
  return { year: yearOf, month: number === undefined ? undefined : Number(number) - 1 };
}

const toText = ({ year, month }: ParsedDate) =>
  month === undefined ? `${year}` : `${year}-${String(month + 1).padStart(2, '0')}`;

/** The current month. */
export const monthOf = (now: Date): Month => now.getUTCFullYear() * 12 + now.getUTCMonth();

const earliest = 1950 * 12;

/**
 * Finds the first range of dates in a line: `Jan 2019 – Present`, `03/2019 - 08/2021`, `2018 to 2020`, `since May 2022`.
 *
 * A month counts whole. A range of years alone counts their difference, and half a year within one year. What lies
 * after `now` is cut off; a range that ends before it starts, or starts before 1950 or after `now`, is none.
 */
export function findDateRange(line: string, now: Date): DateRange | undefined {
  const match = rangePattern.exec(line) ?? sincePattern.exec(line);
  if (!match?.[1]) return undefined;
  const from = parseDate(match[1]);
  const to = match[2] && /\d/.test(match[2]) ? parseDate(match[2]) : undefined;
  const afterNow = monthOf(now) + 1;
  const start = from.year * 12 + (from.month ?? 0);
  let end = afterNow;
  if (to)
    end = to.year * 12 + (to.month === undefined ? (to.year === from.year && from.month === undefined ? 6 : 0) : to.month + 1);
  end = Math.min(Math.max(end, start + (to?.year === from.year ? 1 : 0)), afterNow);
  if (start < earliest || start >= afterNow || end <= start) return undefined;
  if (to && to.year * 12 + (to.month ?? 11) < start) return undefined;
  return { start, end, startText: toText(from), endText: to ? toText(to) : null, index: match.index, length: match[0].length };
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
