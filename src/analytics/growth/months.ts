import type { Figures } from '../types.js';

/** A month's sign-ups; those of all months before the report's first one are in one row together. */
export interface MonthRow {
  /** YYYY-MM. */
  month: string;
  signUps: number;
  /** How many of them are active now. */
  active: number;
  /** How many of them did something in the calendar month after it. */
  returned: number;
}

/** How many months a report has. */
export const reportMonths = 12;

/** The calendar month so many months after another one, or before it. */
export function addMonths(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + months)).toISOString().slice(0, 7);
}

/** A part of a whole, with four decimals; null of nothing. */
export const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

/** The report of the months up to `thisMonth`; a month without sign-ups is among them. */
export function growthMonths(rows: readonly MonthRow[], thisMonth: string): Figures<'growth'>['months'] {
  const months = Array.from({ length: reportMonths }, (_, at) => addMonths(thisMonth, at + 1 - reportMonths));
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  const lastWithNextOver = addMonths(thisMonth, -2);
  let before = rows.filter(({ month }) => month < months[0]!).reduce((sum, { signUps }) => sum + signUps, 0);
  return months.map((month) => {
    const { signUps, active, ...row } = byMonth.get(month) ?? { signUps: 0, active: 0, returned: 0 };
    const returned = month <= lastWithNextOver ? row.returned : null;
    const growthRate = shareOf(signUps, before);
    before += signUps;
    const activeShare = shareOf(active, signUps);
    const returnedShare = returned === null ? null : shareOf(returned, signUps);
    return { month, signUps, cumulative: before, growthRate, active, activeShare, returned, returnedShare };
  });
}
