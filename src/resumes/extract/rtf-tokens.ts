/** A piece of RTF: a group's end or begin, a control word with its number, a byte or a piece of text. */
export type RtfToken =
  | { kind: 'open' }
  | { kind: 'close' }
  | { kind: 'word'; word: string; value: number | undefined }
  | { kind: 'symbol'; symbol: string }
  | { kind: 'byte'; byte: number }
  | { kind: 'text'; text: string };

const controlWord = /([a-z]{1,32})(-?\d{1,10})? ?/iy;
const plainText = /[^\\{}\r\n]+/y;

/** Takes RTF apart. `rtf` holds one character for each byte. The data behind `\bin` is passed over. */
export function* rtfTokens(rtf: string): Generator<RtfToken> {
  let at = 0;
  while (at < rtf.length) {
    const character = rtf[at];
    if (character === '{' || character === '}') {
      yield { kind: character === '{' ? 'open' : 'close' };
      at++;
    } else if (character === '\r' || character === '\n') at++;
    else if (character !== '\\') {
      plainText.lastIndex = at;
      const [text = ''] = plainText.exec(rtf) ?? [];
      yield { kind: 'text', text };
      at += text.length;
    } else if (rtf[at + 1] === "'") {
      const byte = Number.parseInt(rtf.slice(at + 2, at + 4), 16);
      if (!Number.isNaN(byte)) yield { kind: 'byte', byte };
      at += 4;
    } else {
      controlWord.lastIndex = at + 1;
      const [all, word, number] = controlWord.exec(rtf) ?? [];
      if (all === undefined || word === undefined) {
        yield { kind: 'symbol', symbol: rtf[at + 1] ?? '' };
        at += 2;
        continue;
      }
      at += 1 + all.length;
      const value = number === undefined ? undefined : Number(number);
      if (word === 'bin') at += Math.max(0, value ?? 0);
      else yield { kind: 'word', word, value };
    }
  }
}
