import { unzipSync } from 'fflate';
import { coded, JourneymanError } from '../../errors.js';
import { readWordXml } from './word-xml.js';

const maxEntries = 2000;
const maxPartBytes = 16 * 1024 * 1024;
const maxTotalBytes = 32 * 1024 * 1024;

/** The parts that hold what a reader sees, in the order it is read. */
const parts = [
  /^word\/header\d*\.xml$/,
  /^word\/document\d*\.xml$/,
  /^word\/(footnotes|endnotes)\.xml$/,
  /^word\/footer\d*\.xml$/,
];
const rank = (name: string) => parts.findIndex((pattern) => pattern.test(name));

/** Unpacks only the parts with text, after looking at the sizes the archive declares. */
function unpack(data: Buffer): Record<string, Uint8Array> {
  let entries = 0;
  let total = 0;
  return unzipSync(data, {
    filter: ({ name, originalSize }) => {
      if (++entries > maxEntries) throw coded('RESUME_LIMIT_EXCEEDED', { limit: `${maxEntries} entries` });
      if (rank(name) === -1) return false;
      total += originalSize;
      if (originalSize > maxPartBytes || total > maxTotalBytes) throw coded('RESUME_LIMIT_EXCEEDED', { limit: 'unpacked size' });
      return true;
    },
  });
}

/**
 * Reads a DOCX's text: headers, body with tables and text boxes, notes, footers; a text that repeats (a header for each
 * section) is kept once. Throws RESUME_CORRUPT, RESUME_LIMIT_EXCEEDED, or RESUME_TYPE_UNSUPPORTED for other Office files.
 */
export function extractDocx(data: Buffer): string {
  try {
    const files = unpack(data);
    const names = Object.keys(files).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    if (!names.some((name) => name.startsWith('word/document'))) {
      throw coded('RESUME_TYPE_UNSUPPORTED', { found: 'an archive without a Word document' });
    }
    const texts = names.map((name) => readWordXml(new TextDecoder().decode(files[name])).trim());
    return [...new Set(texts)].filter(Boolean).join('\n\n');
  } catch (error) {
    if (error instanceof JourneymanError) throw error;
    throw coded('RESUME_CORRUPT', { type: 'DOCX' }, { cause: error });
  }
}
