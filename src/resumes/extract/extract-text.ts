import { coded } from '../../errors.js';
import { extractDocx } from './docx.js';
import { detectFileType, type ResumeType } from './file-type.js';
import { joinHyphenation, maxTextLength, normalizeText } from './normalize.js';
import { extractPdf } from './pdf.js';
import { decodePlainText } from './plain-text.js';

/** What was read from a resume's file. */
export interface Extraction {
  type: ResumeType;
  /** Normalised; lines end with \n. */
  text: string;
  /** null where the format has no pages. */
  pages: number | null;
  /** Whether the text was longer than what is kept. */
  truncated: boolean;
}

/** Fewer letters and digits than this are page furniture around a picture. */
const minCharacters = 20;

const readers: Record<ResumeType, (data: Buffer) => Promise<{ text: string; pages: number | null }>> = {
  pdf: extractPdf,
  docx: async (data) => ({ text: extractDocx(data), pages: null }),
  txt: async (data) => ({ text: decodePlainText(data), pages: null }),
};

/** A protected Office file is an old container that names its one stream in UTF-16. */
function refuseEncryptedOffice(data: Buffer): void {
  if (
    data.subarray(0, 4).toString('latin1') === '\xd0\xcf\x11\xe0' &&
    data.includes(Buffer.from('EncryptedPackage', 'utf16le'))
  ) {
    throw coded('RESUME_ENCRYPTED', { type: 'DOCX' });
  }
}

/**
 * Reads a file of any kind. Runs in the child process: a hostile file may make it use any amount of time and memory.
 * Throws the coded RESUME_ errors.
 */
export async function extractText(data: Buffer): Promise<Extraction> {
  refuseEncryptedOffice(data);
  const type = detectFileType(data);
  const { text: raw, pages } = await readers[type](data);
  const text = joinHyphenation(normalizeText(raw.slice(0, 2 * maxTextLength)));
  if ((text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < minCharacters) throw coded('RESUME_NO_TEXT');
  const truncated = raw.length > 2 * maxTextLength || text.length > maxTextLength;
  // The cut may not leave half of a surrogate pair.
  return { type, text: text.slice(0, maxTextLength).replace(/[\uD800-\uDBFF]$/, ''), pages, truncated };
}
