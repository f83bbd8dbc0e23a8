import { coded } from '../../errors.js';
import { readWordXml, shadedStyles } from './word-xml.js';
import { readZipParts } from './zip.js';

/** The parts that hold what a reader sees, in the order it is read. */
const parts = [
  /^word\/header\d*\.xml$/,
  /^word\/document\d*\.xml$/,
  /^word\/(footnotes|endnotes)\.xml$/,
  /^word\/footer\d*\.xml$/,
];
const styles = 'word/styles.xml';
const rank = (name: string) => parts.findIndex((pattern) => pattern.test(name));

const decode = (part: Buffer | undefined) => new TextDecoder().decode(part);

/** A page's own colour, or a shape behind the text, may be what makes white text visible. */
const hasBackground = (xml: string) => /<w:background\b|behindDoc="(?:1|true)"/.test(xml);

/**
 * Reads a DOCX's text: headers, body with tables and text boxes, notes, footers; a text that repeats (a header for each
 * section) is kept once. `hidden` is text that Word does not show: hidden by format, white on nothing, or too small to see.
 * Throws RESUME_LIMIT_EXCEEDED, RESUME_TYPE_UNSUPPORTED for other Office files, and a plain error for a broken one.
 */
export function extractDocx(data: Buffer): { text: string; hidden: string } {
  const files = readZipParts(data, 'DOCX', (name) => rank(name) !== -1 || name === styles);
  const names = [...files.keys()].filter((name) => name !== styles).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  if (!names.some((name) => name.startsWith('word/document'))) {
    throw coded('RESUME_TYPE_UNSUPPORTED', { found: 'an archive without a Word document' });
  }
  const xmls = names.map((name) => decode(files.get(name)));
  const shaded = files.has(styles) ? shadedStyles(decode(files.get(styles))) : new Set<string>();
  const isWhiteHidden = !xmls.some(hasBackground);
  const read = xmls.map((xml) => readWordXml(xml, { shaded, isWhiteHidden }));
  return {
    text: [...new Set(read.map(({ text }) => text.trim()))].filter(Boolean).join('\n\n'),
    hidden: read.map(({ hidden }) => hidden).join(' '),
  };
}
