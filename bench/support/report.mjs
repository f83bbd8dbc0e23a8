/** What people read: lines, tables, and the place of a table in a document. */
import { readFileSync, writeFileSync } from 'node:fs';

export const print = (text = '') => void process.stdout.write(`${text}\n`);

/** What is being done, for whoever waits; apart from the results. */
export const progress = (text) => void process.stderr.write(`… ${text}\n`);

/** A number as people read it: no more digits than it is worth. */
export const readable = (value) => {
  if (value === undefined) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(3)));
};

/** A table in Markdown with its columns lined up; the first is text, the others are numbers or text. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'string' ? cell : readable(cell))));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Puts text between `<!-- NAME -->` and `<!-- /NAME -->` of a document. */
export function fillIn(file, name, text) {
  const document = readFileSync(file, 'utf8');
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!place.test(document)) throw new Error(`${file} has no place for "${name}".`);
  writeFileSync(
    file,
    document.replace(place, (_, start, end) => `${start}${text}\n${end}`),
  );
}
