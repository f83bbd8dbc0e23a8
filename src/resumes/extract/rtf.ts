import { decodeCodePage } from './code-pages.js';
import {
  characters,
  encodingOfCharset,
  encodingOfCodePage,
  ownLines,
  shownDestinations,
  skippedDestinations,
  symbolCharset,
  symbols,
} from './rtf-tables.js';
import { type RtfToken, rtfTokens } from './rtf-tokens.js';
import { type Color, looksAlike, minReadablePoints, white } from './visibility.js';

const maxDepth = 256;

/** What a group inherits from the one around it. */
interface Group {
  destination: 'text' | 'skip' | 'fonts' | 'colors';
  font: number;
  /** How many characters behind a `\u` stand in for it. */
  substitutes: number;
  color: number;
  isShaded: boolean;
  isInvisible: boolean;
  halfPoints: number;
}

const plain = { color: 0, isShaded: false, isInvisible: false, halfPoints: 24 };

/** A document while it is read. */
interface Reading {
  text: string;
  hidden: string;
  encoding: string;
  /** Bytes of text that are not decoded yet: a character may take two. */
  bytes: number[];
  /** Characters to pass over, which stand in for the one before. */
  toSkip: number;
  /** Whether the group's destination may be passed over by a reader that does not know it. */
  isOptional: boolean;
  /** By the font's number. */
  charsets: Map<number, number>;
  /** By their number; undefined for the reader's own colour. */
  colors: (Color | undefined)[];
  nextColor: [red: number, green: number, blue: number] | undefined;
  group: Group;
  groups: Group[];
}

function isHidden({ group, colors }: Reading): boolean {
  const color = colors[group.color];
  const isWhite = color !== undefined && looksAlike(color, white) && !group.isShaded;
  return isWhite || group.isInvisible || group.halfPoints / 2 < minReadablePoints;
}

function add(reading: Reading, text: string): void {
  if (reading.group.destination !== 'text') return;
  if (isHidden(reading)) reading.hidden += text;
  else reading.text += text;
}

/** Adds a character, unless it stands in for the one before. */
function addCharacter(reading: Reading, character: string): void {
  if (reading.toSkip > 0) reading.toSkip--;
  else add(reading, character);
}

function addBytes(reading: Reading, bytes: Iterable<number>): void {
  for (const byte of bytes) {
    if (reading.toSkip > 0) reading.toSkip--;
    else reading.bytes.push(byte);
  }
}

function decodeBytes(reading: Reading): void {
  const { bytes, charsets, group, encoding } = reading;
  if (bytes.length === 0) return;
  const charset = charsets.get(group.font);
  reading.bytes = [];
  if (charset === symbolCharset) add(reading, '•'.repeat(bytes.length));
  else add(reading, decodeCodePage(Buffer.from(bytes), encodingOfCharset(charset) ?? encoding));
}

type Control = (reading: Reading, value: number | undefined) => void;

/** A colour behind a text, a paragraph or a cell; 0 is none. */
const shade: Control = ({ group }, value = 0) => {
  if (value !== 0) group.isShaded = true;
};

const channel =
  (index: 0 | 1 | 2): Control =>
  (reading, value = 0) => {
    reading.nextColor ??= [0, 0, 0];
    reading.nextColor[index] = value;
  };

const controls: Readonly<Record<string, Control>> = {
  ansicpg: (reading, value = 1252) => {
    reading.encoding = encodingOfCodePage(value);
  },
  mac: (reading) => {
    reading.encoding = 'macintosh';
  },
  uc: ({ group }, value = 1) => {
    group.substitutes = Math.min(Math.max(value, 0), 100);
  },
  u: (reading, value = 0) => {
    add(reading, String.fromCharCode(value & 0xffff));
    reading.toSkip = reading.group.substitutes;
  },
  f: ({ group }, value = 0) => {
    group.font = value;
  },
  fcharset: ({ group, charsets }, value = 0) => {
    if (group.destination === 'fonts') charsets.set(group.font, value);
  },
  fs: ({ group }, value = plain.halfPoints) => {
    group.halfPoints = value;
  },
  cf: ({ group }, value = 0) => {
    group.color = value;
  },
  v: ({ group }, value = 1) => {
    group.isInvisible = value !== 0;
  },
  plain: ({ group }) => {
    Object.assign(group, plain);
  },
  pard: ({ group }) => {
    group.isShaded = false;
  },
  highlight: shade,
  cb: shade,
  chcbpat: shade,
  cbpat: shade,
  clcbpat: shade,
  trcbpat: shade,
  shading: shade,
  clshdng: shade,
  chshdng: shade,
  red: channel(0),
  green: channel(1),
  blue: channel(2),
};

function readWord(reading: Reading, word: string, value: number | undefined): void {
  const { group, isOptional } = reading;
  reading.isOptional = false;
  if (word === 'fonttbl') group.destination = 'fonts';
  else if (word === 'colortbl') group.destination = 'colors';
  else if (skippedDestinations.has(word) || (isOptional && !shownDestinations.has(word))) group.destination = 'skip';
  else if (ownLines.has(word)) add(reading, '\n');
  else if (Object.hasOwn(characters, word)) addCharacter(reading, characters[word] ?? '');
  else if (Object.hasOwn(controls, word)) controls[word]?.(reading, value);
}

/** A semicolon ends each entry of the table of colours. */
function endColors(reading: Reading, text: string): void {
  for (const _ of text.matchAll(/;/g)) {
    reading.colors.push(reading.nextColor);
    reading.nextColor = undefined;
  }
}

function readToken(reading: Reading, token: RtfToken): void {
  const { group, groups } = reading;
  if (token.kind === 'open') {
    if (groups.length >= maxDepth) throw new Error('The document is nested too deeply.');
    groups.push(group);
    reading.group = { ...group };
    reading.toSkip = 0;
  } else if (token.kind === 'close') {
    reading.group = groups.pop() ?? group;
    reading.toSkip = 0;
  } else if (group.destination === 'skip') return;
  else if (token.kind === 'word') readWord(reading, token.word, token.value);
  else if (token.kind === 'symbol' && token.symbol === '*') reading.isOptional = true;
  else if (token.kind === 'symbol') addCharacter(reading, symbols[token.symbol] ?? '');
  else if (token.kind === 'text' && group.destination === 'colors') endColors(reading, token.text);
}

/**
 * Reads an RTF document's text: a line for each paragraph, cells set apart by tabs. `hidden` is text that a word processor
 * does not show: hidden by format, white on nothing, or too small to see. Throws a plain error on nesting beyond 256 levels.
 */
export function readRtf(data: Buffer): { text: string; hidden: string } {
  const reading: Reading = {
    text: '',
    hidden: '',
    encoding: 'windows-1252',
    bytes: [],
    toSkip: 0,
    isOptional: false,
    charsets: new Map(),
    colors: [],
    nextColor: undefined,
    group: { destination: 'text', font: -1, substitutes: 1, ...plain },
    groups: [],
  };
  for (const token of rtfTokens(data.toString('latin1'))) {
    if (reading.group.destination === 'text' && token.kind === 'byte') addBytes(reading, [token.byte]);
    else if (reading.group.destination === 'text' && token.kind === 'text') addBytes(reading, Buffer.from(token.text, 'latin1'));
    else {
      decodeBytes(reading);
      readToken(reading, token);
    }
  }
  decodeBytes(reading);
  return { text: reading.text, hidden: reading.hidden };
}
