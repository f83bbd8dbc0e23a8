import { array, attribute, blob, blobError, lineFeed, map, push, set, verbatim } from './resp.js';

/** Finds where a reply ends, in whatever pieces its bytes come, and without a look at its values. */
export class Frame {
  /** Values that the reply still lacks. */
  private values = 0;
  /** Bytes that the present value still lacks. */
  private bytes = 0;
  /** What has come of the line that tells of the next value. */
  private line = '';

  /** Whether a reply has begun and not ended. */
  get isOpen(): boolean {
    return this.values > 0;
  }

  /** Goes on with the open reply, or begins one. Returns where it ends in this piece: its length when it goes on after it. */
  advance(piece: Buffer, from: number): number {
    if (!this.isOpen) this.values = 1;
    let at = from;
    while (this.values > 0 && at < piece.length) {
      if (this.bytes > 0) {
        const taken = Math.min(this.bytes, piece.length - at);
        at += taken;
        this.bytes -= taken;
        if (this.bytes === 0) this.values--;
        continue;
      }
      const end = piece.indexOf(lineFeed, at);
      this.line += piece.toString('latin1', at, end === -1 ? piece.length : end);
      if (end === -1) return piece.length;
      at = end + 1;
      this.take(this.line);
      this.line = '';
    }
    return at;
  }

  private take(line: string): void {
    const count = Math.max(Number.parseInt(line.slice(1), 10), -1);
    switch (line.charCodeAt(0)) {
      case blob:
      case blobError:
      case verbatim:
        if (count < 0) this.values--;
        else this.bytes = count + 2;
        break;
      case array:
      case set:
      case push:
        this.values += Math.max(count, 0) - 1;
        break;
      case map:
        this.values += 2 * count - 1;
        break;
      case attribute:
        // It stands before a value, and is none.
        this.values += 2 * count;
        break;
      default:
        this.values--;
    }
  }
}
