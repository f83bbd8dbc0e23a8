import { type Cell, csvRecord } from '../../../../analytics/snapshot/csv.js';

/** A CSV file that spreadsheets read as UTF-8, and whose texts they never take for formulas. */
export const toCsv = (heading: string[], rows: Cell[][]): string => `\uFEFF${[heading, ...rows].map(csvRecord).join('')}`;

/** Gives the reader a file. */
export function download(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
