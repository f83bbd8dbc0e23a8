/** What a cell is made of; an array becomes a list with semicolons. */
export type Cell = string | number | boolean | Date | null | undefined | readonly (string | number)[];

/** What spreadsheets take for the beginning of a formula, also after blanks and in its full-width form. */
const formula = /^[\s\p{Cc}\p{Cf}]*[=+\-−@\t\r＝＋－＠]/u;

/** A text that a spreadsheet shows and never computes (CSV injection). */
const harmless = (text: string) => (formula.test(text) ? `'${text}` : text);

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (Array.isArray(cell)) return harmless(cell.join('; '));
  return typeof cell === 'string' ? harmless(cell) : String(cell);
}

/** One record of a CSV file, with its line end (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const csvRecord = (cells: readonly Cell[]): string => `${cells.map((cell) => quoted(textOf(cell))).join(',')}\r\n`;

const quoted = (text: string) => (/[",;\r\n\t']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
