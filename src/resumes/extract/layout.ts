import { groupRows, isDateLike, type Row, right, type Segment, type TextItem } from './page-rows.js';
import { findTable } from './page-table.js';
import { inLogicalOrder, isMostlyRightToLeft, isRightToLeftLine } from './reading-direction.js';

export type { TextItem } from './page-rows.js';

/** How narrow a gutter between columns may be, in font sizes. */
const minGutter = 0.6;
const minColumnRows = 4;

/** A timeline of dates beside the text is no column: each date belongs to the line it stands in. */
function isColumn(segments: Segment[]): boolean {
  const worded = segments.filter((segment) => /\p{L}{3}/u.test(segment.text));
  return worded.length >= minColumnRows && segments.filter(({ text }) => isDateLike(text)).length < segments.length / 2;
}

interface Split {
  /** The rows from `from` to before `to` are split at `x`. */
  x: number;
  from: number;
  to: number;
}

/** The longest run of rows that all leave a gutter free to the left of `x`, if there is a column on either side of it. */
function longestSplitAt(rows: Row[], x: number): Split | undefined {
  let best: Split | undefined;
  let from = 0;
  for (let index = 0; index <= rows.length; index++) {
    const row = rows[index];
    const crossed = !row || row.some((segment) => segment.x < x - 1 && right(segment) > x - minGutter * segment.fontSize);
    if (!crossed) continue;
    if (index - from > (best ? best.to - best.from : 0)) {
      const segments = rows.slice(from, index).flat();
      const isLeft = (segment: Segment) => segment.x < x - 1;
      if (isColumn(segments.filter(isLeft)) && isColumn(segments.filter((s) => !isLeft(s)))) best = { x, from, to: index };
    }
    from = index + 1;
  }
  return best;
}

/** Where a second column begins: at a left edge that many segments share. */
function findSplit(rows: Row[]): Split | undefined {
  const edges = new Map<number, number>();
  for (const segment of rows.flat()) {
    const edge = Math.round(segment.x);
    edges.set(edge, (edges.get(edge) ?? 0) + 1);
  }
  const splits = [...edges]
    .filter(([, count]) => count >= minColumnRows)
    .map(([x]) => longestSplitAt(rows, x))
    .filter((split) => split !== undefined);
  return splits.sort((a, b) => b.to - b.from - (a.to - a.from) || a.x - b.x)[0];
}

function inReadingOrder(rows: Row[]): Row[] {
  const split = findSplit(rows);
  if (!split) return rows;
  const columns = rows.slice(split.from, split.to);
  const table = findTable(columns, split.x);
  if (table) {
    return [
      ...inReadingOrder(rows.slice(0, split.from + table.from)),
      ...table.rows,
      ...inReadingOrder(rows.slice(split.from + table.to)),
    ];
  }
  const side = (keep: (segment: Segment) => boolean) => columns.map((row) => row.filter(keep)).filter((row) => row.length > 0);
  return [
    ...inReadingOrder(rows.slice(0, split.from)),
    ...inReadingOrder(side((segment) => segment.x < split.x - 1)),
    ...inReadingOrder(side((segment) => segment.x >= split.x - 1)),
    ...inReadingOrder(rows.slice(split.to)),
  ];
}

function rowText(row: Row, isRightToLeftPage: boolean): string {
  const texts = row.map((segment) => segment.text.trim());
  const isRightToLeft = isRightToLeftLine(texts.join(' '), isRightToLeftPage);
  const ordered = texts.map((text) => inLogicalOrder(text, isRightToLeft));
  return (isRightToLeft ? ordered.reverse() : ordered).join('\t');
}

/**
 * A page's text in reading order: one line a row, columns one after another, tables row by row, Hebrew and Arabic in the order they are read in,
 * a blank line where the page leaves space.
 */
export function layOutPage(items: TextItem[]): string {
  const rows = inReadingOrder(groupRows(items.filter((item) => item.text.trim() !== '')));
  const isRightToLeftPage = isMostlyRightToLeft(items.map((item) => item.text).join(''));
  let text = '';
  let previous: Segment | undefined;
  for (const row of rows) {
    const first = row[0];
    if (!first) continue;
    const drop = previous ? previous.y - first.y : 0;
    if (previous) text += drop < 0 || drop > 1.9 * Math.max(previous.fontSize, first.fontSize) ? '\n\n' : '\n';
    text += rowText(row, isRightToLeftPage);
    previous = first;
  }
  return text;
}
