/** Decodes plain text: UTF-8, UTF-16 by its byte order mark, and else windows-1252, which knows every byte. */
export function decodePlainText(data: Buffer): string {
  const mark = data.subarray(0, 2).toString('latin1');
  if (mark === '\xff\xfe') return new TextDecoder('utf-16le').decode(data);
  if (mark === '\xfe\xff') return new TextDecoder('utf-16be').decode(data);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return new TextDecoder('windows-1252').decode(data);
  }
}
