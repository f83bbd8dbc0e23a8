import { coded, JourneymanError } from '../../errors.js';
import { extractDocx } from './docx.js';
import { detectFileType, type ResumeType } from './file-type.js';
import { decodeHtml, readHtml } from './html.js';
import { detectLanguage } from './language.js';
import { joinSpacedLetters } from './letter-spacing.js';
import { readMarkdown } from './markdown.js';
import { joinHyphenation, maxTextLength, normalizeText } from './normalize.js';
import { extractOdt } from './odt.js';
import { extractPdf } from './pdf.js';
import { decodePlainText } from './plain-text.js';
import { readRtf } from './rtf.js';

/** What was read from a resume's file. */
export interface Extraction {
  type: ResumeType;
  /** Normalised; lines end with \n. */
  text: string;
  /** null where the format has no pages. */
  pages: number | null;
  /** ISO 639-1; null when it can't be told. */
  language: string | null;
  /** Text that no reader of the file sees, and that is not in `text`; null when there is next to none. */
  hidden: { characters: number; excerpt: string } | null;
  /** Whether the file holds more text than was read or is kept. */
  truncated: boolean;
  /** Whether the text was recognised in pictures, and so may have errors. */
  recognized: boolean;
}

/** Fewer letters and digits than this are page furniture around a picture. */
const minCharacters = 20;
/** Fewer hidden letters and digits than this are leftovers. */
const minHiddenCharacters = 10;
const excerptLength = 200;

interface FileText {
  text: string;
  hidden?: string;
  pages?: number;
  /** Whether the end of the file was not read. */
  isCut?: boolean;
  /** Whether it was recognised in pictures. */
  recognized?: boolean;
}

const readers: Record<ResumeType, (data: Buffer) => FileText | Promise<FileText>> = {
  pdf: extractPdf,
  docx: extractDocx,
  odt: extractOdt,
  rtf: readRtf,
  html: (data) => readHtml(decodeHtml(data)),
  md: (data) => ({ text: readMarkdown(decodePlainText(data)) }),
  txt: (data) => ({ text: decodePlainText(data) }),
};

/** A reader's plain error means that the file is broken. */
async function read(type: ResumeType, data: Buffer): Promise<FileText> {
  try {
    return await readers[type](data);
  } catch (error) {
    if (error instanceof JourneymanError) throw error;
    throw coded('RESUME_CORRUPT', { type: type.toUpperCase() }, { cause: error });
  }
}

const countCharacters = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
/** Cuts a text off; the cut may not leave half of a surrogate pair. */
const cut = (text: string, length: number) => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');

function summarizeHidden(raw: string): Extraction['hidden'] {
  const text = normalizeText(raw.slice(0, maxTextLength)).replace(/\s+/g, ' ');
  if (countCharacters(text) < minHiddenCharacters) return null;
  return { characters: text.length, excerpt: cut(text, excerptLength) };
}

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
  return toExtraction(type, await read(type, data));
}

/** Brings the text of a file to the form it is kept in. Throws RESUME_NO_TEXT when there is next to none. */
export function toExtraction(type: ResumeType, file: FileText): Extraction {
  const { text: raw, hidden = '', pages = null, isCut = false, recognized = false } = file;
  const text = joinHyphenation(normalizeText(joinSpacedLetters(raw.slice(0, 2 * maxTextLength))));
  if (countCharacters(text) < minCharacters) throw coded('RESUME_NO_TEXT');
  const kept = cut(text, maxTextLength);
  return {
    type,
    text: kept,
    pages,
    language: detectLanguage(kept),
    hidden: summarizeHidden(hidden),
    truncated: isCut || raw.length > 2 * maxTextLength || text.length > maxTextLength,
    recognized,
  };
}
