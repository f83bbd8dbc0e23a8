/** A piece of text on a page. Points; the origin is at the lower left, `y` is the baseline. */
export interface TextItem {
  text: string;
  x: number;
  y: number;
  width: number;
  fontSize: number;
}

/** Neighbouring items of one line, without a gap wide enough to set them apart. */
export type Segment = TextItem;
/** The segments of one line, from left to right. */
export type Row = Segment[];

/** Gaps, in font sizes: what separates words, and what separates segments. */
const wordGap = 0.15;
const segmentGap = 1.3;
/** Between words whose letters are set wide apart, so wide that each letter looks like a word. */
const spacedWordGap = 0.7;

export const right = (item: TextItem) => item.x + item.width;
/** Whether a text is a date or a period, and no more. */
export const isDateLike = (text: string) => /(?:19|20)\d\d|\bpresent\b/i.test(text) && text.length < 30;

/** The lines of a page, from top to bottom. */
export function groupRows(items: TextItem[]): Row[] {
  const rows: Row[] = [];
  for (const item of [...items].sort((a, b) => b.y - a.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && first.y - item.y < Math.min(first.fontSize, item.fontSize) * 0.45) row.push(item);
    else rows.push([item]);
  }
  return rows.map(mergeSegments);
}

function mergeSegments(row: Row): Row {
  const segments: Segment[] = [];
  for (const item of row.sort((a, b) => a.x - b.x)) {
    const last = segments.at(-1);
    const gap = last ? item.x - right(last) : Number.POSITIVE_INFINITY;
    if (!last || gap > segmentGap * item.fontSize) {
      segments.push({ ...item });
      continue;
    }
    const isApart = gap > wordGap * item.fontSize && !/\s$/.test(last.text) && !/^\s/.test(item.text);
    const space = isApart ? (gap > spacedWordGap * item.fontSize ? '  ' : ' ') : '';
    last.text += space + item.text;
    last.width = Math.max(right(last), right(item)) - last.x;
  }
  return segments;
}
