import { SaxesParser } from 'saxes';

const maxDepth = 256;

/** Fallbacks repeat what a text box says already; deleted and field text is not shown. */
const skipped = new Set(['Fallback', 'del', 'instrText', 'delText', 'pPrChange', 'rPrChange', 'binData']);

/** Characters that Word writes as elements. */
const characters: Readonly<Record<string, string>> = { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' };

/** A table row whose cells each hold one line is one line; else its cells follow each other, as in a two-column layout. */
const joinCells = (cells: string[]) =>
  cells.map((cell) => cell.trim()).join(cells.some((cell) => cell.trim().includes('\n')) ? '\n' : '\t');

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/**
 * Reads the text of a WordprocessingML part: a line for each paragraph and each row of a table.
 * Throws on markup that is not well formed, on a document type declaration and on nesting beyond 256 levels.
 */
export function readWordXml(xml: string): string {
  const parser = new SaxesParser();
  /** Text under construction: the part's, and above it a table's, a cell's or a text box's own. */
  const texts: string[] = [''];
  const rows: string[][] = [];
  const path: string[] = [];
  let skippingFrom = 0;

  const append = (text: string) => {
    texts.push((texts.pop() ?? '') + text);
  };
  const startLine = () => {
    if (!/(^|\n)$/.test(texts.at(-1) ?? '')) append('\n');
  };

  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('The part declares a document type.');
  });
  parser.on('opentag', (tag) => {
    const name = localName(tag.name);
    path.push(name);
    if (path.length > maxDepth) throw new Error('The part is nested too deeply.');
    if (skippingFrom) return;
    if (skipped.has(name)) skippingFrom = path.length;
    else if (name === 'tr') rows.push([]);
    else if (name === 'tc' || name === 'txbxContent') texts.push('');
    else if (name === 'p') startLine();
    else if (name === 'numPr') append('• ');
    // A tab element within paragraph properties defines a tab stop.
    else if (path.at(-2) === 'r') append(characters[name] ?? '');
  });
  parser.on('text', (text) => {
    if (!skippingFrom && path.at(-1) === 't') append(text);
  });
  parser.on('closetag', (tag) => {
    const name = localName(tag.name);
    if (!skippingFrom) {
      if (name === 'tc') rows.at(-1)?.push(texts.pop() ?? '');
      else if (name === 'tr') append(`${joinCells(rows.pop() ?? [])}\n`);
      else if (name === 'txbxContent') append(`\n${(texts.pop() ?? '').trim()}\n`);
      else if (name === 'p') append('\n');
    } else if (path.length === skippingFrom) skippingFrom = 0;
    path.pop();
  });
  parser.write(xml).close();
  return texts.join('');
}
