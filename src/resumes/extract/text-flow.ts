/** A table row whose cells each hold one line is one line; else its cells follow each other, as in a two-column layout. */
const joinCells = (cells: string[]) =>
  cells.map((cell) => cell.trim()).join(cells.some((cell) => cell.trim().includes('\n')) ? '\n' : '\t');

/** A text in the making, as a word processor's document tells it: paragraphs, tables, and boxes beside the text. */
export interface TextFlow {
  append(text: string): void;
  /** Text that no reader of the document sees. */
  hide(text: string): void;
  /** Ends the present line, if it has begun. */
  startLine(): void;
  openBox(): void;
  /** Puts the box's text on lines of its own. */
  closeBox(): void;
  openRow(): void;
  closeRow(): void;
  openCell(): void;
  closeCell(): void;
  text(): string;
  hidden(): string;
}

export function createTextFlow(): TextFlow {
  /** The document's text, and above it that of a cell or a box that is open. */
  const texts = [''];
  const rows: string[][] = [];
  let hidden = '';
  const append = (text: string) => {
    texts.push((texts.pop() ?? '') + text);
  };
  const startLine = () => {
    if (!/(^|\n)$/.test(texts.at(-1) ?? '')) append('\n');
  };
  const open = () => {
    texts.push('');
  };
  return {
    append,
    hide: (text) => {
      hidden += text;
    },
    startLine,
    openBox: open,
    closeBox: () => append(`\n${(texts.pop() ?? '').trim()}\n`),
    openRow: () => {
      rows.push([]);
    },
    closeRow: () => append(`${joinCells(rows.pop() ?? [])}\n`),
    openCell: open,
    closeCell: () => {
      rows.at(-1)?.push(texts.pop() ?? '');
    },
    text: () => texts.join(''),
    hidden: () => hidden,
  };
}
