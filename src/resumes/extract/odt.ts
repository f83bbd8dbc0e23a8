import { coded } from '../../errors.js';
import { readOdtContent, readOdtStyles } from './odt-xml.js';
import { readZipParts } from './zip.js';

const content = 'content.xml';
const styles = 'styles.xml';
const manifest = 'META-INF/manifest.xml';
const parts = new Set([content, styles, manifest]);

/**
 * Reads an ODT's text: headers, body with tables, lists and frames, footers. `hidden` is text that the word processor does
 * not show: hidden by format, white on nothing, or too small to see.
 * Throws RESUME_ENCRYPTED, RESUME_LIMIT_EXCEEDED, and a plain error for a broken one.
 */
export function extractOdt(data: Buffer): { text: string; hidden: string } {
  const files = readZipParts(data, 'ODT', (name) => parts.has(name));
  const decode = (name: string) => new TextDecoder().decode(files.get(name));
  if (decode(manifest).includes(':encryption-data')) throw coded('RESUME_ENCRYPTED', { type: 'ODT' });
  if (!files.has(content)) throw new Error('The document has no content.');
  const xmls = files.has(styles) ? [decode(styles), decode(content)] : [decode(content)];
  const formats = readOdtStyles(xmls);
  const body = readOdtContent(xmls.at(-1) ?? '', 'text', formats);
  const page = (name: string) => (files.has(styles) ? readOdtContent(decode(styles), name, formats) : { text: '', hidden: '' });
  const all = [page('header'), body, page('footer')];
  return {
    text: [...new Set(all.map(({ text }) => text.trim()))].filter(Boolean).join('\n\n'),
    hidden: all.map(({ hidden }) => hidden).join(' '),
  };
}
