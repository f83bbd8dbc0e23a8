import { coded } from '../../errors.js';

/** One row of a table in a file. */
export interface Row {
  /** The line it begins in; counts from 1. */
  line: number;
  fields: string[];
}

/** No field of a table of skills is longer; a quote that is never closed would make one. */
const maxField = 200_000;

/**
 * Reads rows of text separated by tabs, if the first line has one, else by commas. A field in double quotes may hold
 * separators, line ends and doubled quotes. Holds one row in memory at a time. Throws COMMAND_FAILED for a quote that is not
 * closed.
 */
export async function* readRows(chunks: AsyncIterable<string>): AsyncGenerator<Row> {
  let separator: string | undefined;
  let line = 1;
  let row: Row = { line, fields: [] };
  let field = '';
  let state: 'plain' | 'quoted' | 'closing' = 'plain';
  let beginning = '';

  const endField = () => {
    row.fields.push(field);
    field = '';
    state = 'plain';
  };
  for await (const chunk of chunks) {
    // The separator is told from the whole first line, which may come in pieces.
    let text = chunk;
    if (separator === undefined) {
      beginning += chunk;
      if (!beginning.includes('\n') && beginning.length < maxField) continue;
      text = beginning.replace(/^\uFEFF/, '');
      separator = separatorOf(text);
    }
    for (const character of text) {
      if (character === '\n') line++;
      if (state === 'quoted') {
        if (character === '"') state = 'closing';
        else field += character;
        if (field.length > maxField) throw unclosed(row);
      } else if (character === '"' && state === 'closing') {
        field += character;
        state = 'quoted';
      } else if (character === '"' && field === '' && separator === ',') {
        state = 'quoted';
      } else if (character === separator) {
        endField();
      } else if (character === '\n') {
        endField();
        yield row;
        row = { line, fields: [] };
      } else if (character !== '\r') {
        field += character;
      }
    }
  }
  if (separator === undefined && beginning !== '') {
    yield { line: 1, fields: beginning.replace(/^\uFEFF/, '').split(separatorOf(beginning)) };
    return;
  }
  if ((state as string) === 'quoted') throw unclosed(row);
  if (field !== '' || row.fields.length > 0) {
    endField();
    yield row;
  }
}

const separatorOf = (text: string) => (text.split('\n', 1)[0]!.includes('\t') ? '\t' : ',');

const unclosed = ({ line }: Row) =>
  coded('COMMAND_FAILED', { reason: `The row that begins in line ${line} has a quote that is not closed.` });
