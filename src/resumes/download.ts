import { contentTypes } from './extract/file-type.js';

/** The ending that a file of a type has. The kinds of resume are named by it. */
const endings = new Map(Object.entries(contentTypes).map(([type, contentType]) => [contentType, `.${type}`]));

/** Encodes what stands after `UTF-8''` in a header (RFC 8187, 3.2.1); encodeURIComponent leaves four characters too many. */
const encodeHeaderText = (text: string) =>
  encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The headers with which a browser saves a resume and never shows or runs it. The name gets the ending of its true type when it
 * has another: text named `resume.bat` would run on whose computer it is saved.
 */
export function downloadHeaders({ fileName, contentType }: { fileName: string; contentType: string }): Record<string, string> {
  const ending = endings.get(contentType) ?? '';
  const name = fileName.toLowerCase().endsWith(ending) ? fileName : `${fileName}${ending}`;
  // For programs that know no UTF-8 here (RFC 6266, 4.3).
  const plain = name.replace(/[^ !#-[\]-~]/g, '_');
  return {
    'content-type': contentType,
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeHeaderText(name)}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}
