import { coded } from '../../errors.js';
import { looksLikeMarkdown } from './markdown.js';

/** The kinds of resume that can be read. */
export type ResumeType = 'pdf' | 'docx' | 'odt' | 'rtf' | 'html' | 'md' | 'txt';

/** How many of a file's first bytes `detectFileType` wants to see. */
export const fileTypeHeadBytes = 4096;

export const contentTypes: Readonly<Record<ResumeType, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
};

/** What people upload by mistake, by the bytes it begins with. */
const signatures: readonly (readonly [bytes: string, name: string])[] = [
  ['MZ', 'a Windows program'],
  ['\x7fELF', 'a Linux program'],
  ['\xcf\xfa\xed\xfe', 'a macOS program'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['BM', 'a BMP picture'],
  ['II*\0', 'a TIFF picture'],
  ['MM\0*', 'a TIFF picture'],
  ['RIFF', 'a picture, sound or film'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'a document of an old Word (.doc), or one protected by a password'],
  ['%!PS', 'a PostScript document'],
  ['\x1f\x8b', 'a gzip archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['Rar!', 'a RAR archive'],
];

const isShortMagic = (magic: string) => magic.length === 2 && /^[A-Z]+$/.test(magic);

const officeEntries = ['[Content_Types].xml', 'word/', '_rels/', 'docProps/'];
const zipEntry = 'PK\x03\x04';
const emptyZip = 'PK\x05\x06';
const isZip = (head: string) => head.startsWith(zipEntry) || head.startsWith(emptyZip);

/** An entry's name stands 26 bytes behind its signature. */
const hasEntry = (head: string, name: string) => head.split(zipEntry).some((entry) => entry.startsWith(name, 26));

/** The kind of ZIP archive, by the names and the first content that its head shows. */
function zipType(head: string): ResumeType {
  const openDocument = /mimetypeapplication\/vnd\.oasis\.opendocument\.([a-z]+)/.exec(head)?.[1];
  if (openDocument === 'text') return 'odt';
  const found = openDocument
    ? 'another kind of OpenDocument file'
    : hasEntry(head, 'xl/')
      ? 'an Excel workbook'
      : hasEntry(head, 'ppt/')
        ? 'a PowerPoint presentation'
        : undefined;
  if (found) throw coded('RESUME_TYPE_UNSUPPORTED', { found });
  if (officeEntries.some((name) => hasEntry(head, name))) return 'docx';
  throw coded('RESUME_TYPE_UNSUPPORTED', { found: 'a ZIP archive' });
}

/** Text holds next to no control characters; a few strays, even NULs, are forgiven. */
function looksLikeText(head: Buffer): boolean {
  const byteOrderMark = head.subarray(0, 2).toString('latin1');
  if (byteOrderMark === '\xff\xfe' || byteOrderMark === '\xfe\xff') return true;
  const controls = head.filter((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13).length;
  return controls <= head.length * 0.05;
}

/**
 * Tells a resume's type from its content; the file's name is not looked at.
 *
 * @param head The file's first bytes, `fileTypeHeadBytes` of them or all there are.
 * @throws RESUME_EMPTY for no bytes, RESUME_TYPE_UNSUPPORTED naming what was found instead.
 */
export function detectFileType(head: Buffer): ResumeType {
  if (head.length === 0) throw coded('RESUME_EMPTY');
  const start = head.subarray(0, fileTypeHeadBytes);
  const binary = start.toString('latin1');
  // Viewers accept a PDF whose header comes after up to 1024 bytes of something else.
  if (binary.slice(0, 1024).includes('%PDF-')) return 'pdf';
  if (isZip(binary)) return zipType(binary);
  const opening = binary.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (opening.startsWith('{\\rtf')) return 'rtf';
  const isText = looksLikeText(start);
  const signature = signatures.find(([magic]) => binary.startsWith(magic) && !(isText && isShortMagic(magic)));
  if (signature) throw coded('RESUME_TYPE_UNSUPPORTED', { found: signature[1] });
  if (!isText) throw coded('RESUME_TYPE_UNSUPPORTED', { found: 'binary data of an unknown kind' });
  return textType(opening);
}

/** Elements that a page, or a part of one, begins with; a declaration and remarks may come before. */
const page =
  /^(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype html|html|head|body|title|meta|style|div|p|h1|h2|section|main|article|header|table)\b/i;

function textType(opening: string): ResumeType {
  if (page.test(opening)) return 'html';
  if (/^<(?:\?xml|svg)/i.test(opening)) throw coded('RESUME_TYPE_UNSUPPORTED', { found: 'an XML file' });
  return looksLikeMarkdown(opening) ? 'md' : 'txt';
}
