import { isDateLike, type Row, right, type Segment } from './page-rows.js';

/** Rows of a table are further apart than its lines, by this factor at least; so far, in font sizes, they are in any case. */
const minRowDrop = 1.3;
const wideDrop = 1.9;
/** Lines that are closer, in font sizes, are not set one below the other. */
const minLineDrop = 0.9;
/** How far, in font sizes, the baselines of a row's cells may be from each other. */
const maxBaselineShift = 0.25;
const minTableRows = 3;
/** The share of beginnings that both columns must have in common: of those of the one with fewer, and of the other. */
const minShared = 0.8;
const minSharedOfOther = 0.5;

interface Line {
  index: number;
  y: number;
  fontSize: number;
}

/** The lines that have text of a column. */
function linesOf(rows: readonly Row[], isOfColumn: (segment: Segment) => boolean): Line[] {
  return rows.flatMap((row, index) => {
    const first = row.find(isOfColumn);
    return first ? [{ index, y: first.y, fontSize: first.fontSize }] : [];
  });
}

const drops = (lines: readonly Line[]) =>
  lines.slice(1).map((line, index) => ({ line, ems: ((lines[index]?.y ?? 0) - line.y) / line.fontSize }));

/** The drop, in font sizes, from which a line begins something new. */
function newRowDrop(columns: readonly Line[][]): number {
  const lineDrops = columns.flatMap((lines) => drops(lines).map(({ ems }) => ems)).filter((ems) => ems >= minLineDrop);
  return Math.min(minRowDrop * Math.min(...lineDrops), wideDrop);
}

/** The lines of a column that begin something new. */
const startsOf = (lines: readonly Line[], newRow: number): Line[] => [
  ...lines.slice(0, 1),
  ...drops(lines)
    .filter(({ ems }) => ems > newRow)
    .map(({ line }) => line),
];

/** A period that does not fit on one line of its cell is one all the same. */
function linesOfCell(rows: readonly Row[]): Row[] {
  const lines = rows.filter((row) => row.length > 0);
  const segments = lines.flat();
  const text = segments.map((segment) => segment.text.trim()).join(' ');
  return segments[0] && isDateLike(text) ? [[{ ...segments[0], text }]] : lines;
}

/** What a row of the table holds: pieces above one another are of one cell. */
function cellsOf(rows: readonly Row[]): Row[][] {
  const cells: { end: number; segments: Segment[] }[] = [];
  for (const segment of rows.flat().sort((a, b) => a.x - b.x)) {
    const cell = cells.at(-1);
    if (cell && segment.x < cell.end) {
      cell.segments.push(segment);
      cell.end = Math.max(cell.end, right(segment));
    } else cells.push({ end: right(segment), segments: [segment] });
  }
  return cells.map(({ segments }) => linesOfCell(rows.map((row) => row.filter((s) => segments.includes(s)))));
}

/** A table in the rows `from` to before `to`, and its lines in reading order. */
export interface PageTable {
  from: number;
  to: number;
  rows: Row[];
}

/**
 * Finds the table in rows that leave a gutter free to the left of `x`. In a table the texts left and right of it begin
 * together, after a space; columns of their own do so only by chance. A row whose cells hold a line each stays a line; else
 * its cells follow each other.
 */
export function findTable(rows: readonly Row[], x: number): PageTable | undefined {
  const isLeft = (segment: Segment) => segment.x < x - 1;
  const columns = [linesOf(rows, isLeft), linesOf(rows, (segment) => !isLeft(segment))];
  const newRow = newRowDrop(columns);
  const [left = [], others = []] = columns.map((lines) => startsOf(lines, newRow));
  const isShared = (line: Line) =>
    others.some(({ index, y }) => index === line.index && Math.abs(y - line.y) <= maxBaselineShift * line.fontSize);
  const shared = left.filter(isShared).map(({ index }) => index);
  const from = shared[0];
  const last = shared.at(-1);
  if (from === undefined || last === undefined || shared.length < minTableRows) return undefined;

  const lines = linesOf(rows, () => true);
  const breaks = startsOf(lines, newRow).map(({ index }) => index);
  const to = breaks.find((index) => index > last) ?? rows.length;
  const [fewer = 0, more = 0] = [left, others]
    .map((starts) => starts.filter(({ index }) => index >= from && index < to).length)
    .sort((a, b) => a - b);
  if (shared.length < minShared * fewer || shared.length < minSharedOfOther * more) return undefined;

  const bounds = [...breaks.filter((index) => index >= from && index < to), to];
  const tableRows = bounds.slice(1).map((end, index) => rows.slice(bounds[index], end));
  return { from, to, rows: tableRows.flatMap((lines) => (lines.length === 1 ? lines : cellsOf(lines).flat())) };
}
