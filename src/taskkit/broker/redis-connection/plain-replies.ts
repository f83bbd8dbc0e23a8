import { isAscii } from 'node:buffer';
import { array, blob, carriageReturn, integer, minus, nine, nothing, zero } from './resp.js';

export type Reply = string | number | null | Reply[];

/** Deeper replies than those of any script are none of these. */
const deepest = 8;
/** V8 makes a longer part of a text point into it, and so would keep the whole piece as long as one id. */
const longestCopied = 12;

/**
 * Reads the replies that scripts give, texts, whole numbers, nothing and lists of them, where they are whole in one piece.
 * A third of the work of a decoder that reads every kind in any pieces: the piece becomes one text, of which values are parts.
 */
export class PlainReplies {
  private readonly text: string;
  private readonly isAscii: boolean;
  private at = 0;

  constructor(private readonly piece: Buffer) {
    this.text = piece.toString('latin1');
    this.isAscii = isAscii(piece);
  }

  /** Where the reply that was read last ends. */
  get end(): number {
    return this.at;
  }

  /** The reply that begins here, or undefined when it is of another kind or not whole. */
  read(from: number): Reply | undefined {
    this.at = from;
    return this.value(0);
  }

  private value(depth: number): Reply | undefined {
    const type = this.text.charCodeAt(this.at++);
    if (type !== blob && type !== array && type !== integer && type !== nothing) return undefined;
    const number = this.number();
    if (number === undefined) return undefined;
    if (type === integer) return number;
    if (type === nothing || number < 0) return null;
    return type === blob ? this.string(number) : this.list(number, depth);
  }

  /** The number of a line; 0 when there is none. */
  private number(): number | undefined {
    const { text } = this;
    const isNegative = text.charCodeAt(this.at) === minus;
    if (isNegative) this.at++;
    let value = 0;
    let digit = text.charCodeAt(this.at);
    for (; digit >= zero && digit <= nine; digit = text.charCodeAt(++this.at)) value = value * 10 + digit - zero;
    if (digit !== carriageReturn || this.at + 2 > text.length || value > Number.MAX_SAFE_INTEGER) return undefined;
    this.at += 2;
    return isNegative ? -value : value;
  }

  private string(length: number): string | undefined {
    const from = this.at;
    const to = from + length;
    if (to + 2 > this.text.length) return undefined;
    this.at = to + 2;
    if (!this.isAscii) return this.piece.toString('utf8', from, to);
    return length <= longestCopied ? this.text.substring(from, to) : this.piece.toString('latin1', from, to);
  }

  private list(length: number, depth: number): Reply[] | undefined {
    // No value takes less than three bytes.
    if (depth === deepest || length * 3 > this.text.length - this.at) return undefined;
    const list: Reply[] = [];
    for (let index = 0; index < length; index++) {
      const member = this.value(depth + 1);
      if (member === undefined) return undefined;
      list.push(member);
    }
    return list;
  }
}
