import { decodeUnknownCodePage } from './code-pages.js';

/** Decodes by a byte order mark, or as UTF-8 when the bytes are; undefined for anything else. */
export function decodeUnicode(data: Buffer): string | undefined {
  const mark = data.subarray(0, 2).toString('latin1');
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le').decode(data);
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(data);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** Decodes plain text: UTF-8, UTF-16 by its byte order mark, else windows-1252, 1250 or 1251, ISO-8859-2 or KOI8-U by its letters. */
export function decodePlainText(data: Buffer): string {
  return decodeUnicode(data) ?? decodeUnknownCodePage(data);
}
