/** What windows-1252 has in the place of the second set of control characters; a dot stands for the five it leaves free. */
const windows1252 = '€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ';

// The TextDecoder of Node 20 takes windows-1252 for latin1.
const decodeWindows1252 = (data: Buffer) =>
  data.toString('latin1').replace(/[\u0080-\u009F]/g, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? '');

/** Decodes plain text: UTF-8, UTF-16 by its byte order mark, and else windows-1252, which knows every byte. */
export function decodePlainText(data: Buffer): string {
  const mark = data.subarray(0, 2).toString('latin1');
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le').decode(data);
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(data);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return decodeWindows1252(data);
  }
}
