import { describe, expect, it } from 'vitest';
import { Frame } from '#src/taskkit/broker/redis-connection/frame.js';
import { PlainReplies } from '#src/taskkit/broker/redis-connection/plain-replies.js';

/** One reply of each kind that the protocol has. */
const replies = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':42\r\n',
  ':-7\r\n',
  '_\r\n',
  '#t\r\n',
  ',1.5\r\n',
  '(3492890328409238509324850943850943825024385\r\n',
  '$0\r\n\r\n',
  '$-1\r\n',
  '$5\r\nhello\r\n',
  '$7\r\n\r\n*3\r\nx\r\n',
  '!9\r\nSYNTAX no\r\n',
  '=8\r\ntxt:text\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*3\r\n:1\r\n*2\r\n$1\r\na\r\n_\r\n$-1\r\n',
  '%2\r\n+one\r\n:1\r\n$3\r\ntwo\r\n*1\r\n:2\r\n',
  '~2\r\n:1\r\n:2\r\n',
  '>3\r\n+message\r\n+channel\r\n$2\r\nhi\r\n',
  '|1\r\n+ttl\r\n:3600\r\n*1\r\n:5\r\n',
  '%0\r\n',
];

describe('the frame of a reply', () => {
  it('ends where the reply ends, whatever its kind', () => {
    for (const reply of replies) {
      const frame = new Frame();
      expect(frame.advance(Buffer.from(`${reply}:1\r\n`), 0), reply).toBe(reply.length);
      expect(frame.isOpen).toBe(false);
    }
  });

  it('ends there in whatever two pieces it comes', () => {
    for (const reply of replies) {
      for (let at = 1; at < reply.length; at++) {
        const frame = new Frame();
        expect(frame.advance(Buffer.from(reply.slice(0, at)), 0)).toBe(at);
        expect(frame.isOpen, `${reply} at ${at}`).toBe(true);
        expect(frame.advance(Buffer.from(`${reply.slice(at)}+next`), 0)).toBe(reply.length - at);
        expect(frame.isOpen).toBe(false);
      }
    }
  });

  it('goes through many, byte by byte', () => {
    const frame = new Frame();
    const all = replies.join('');
    let ended = 0;
    for (const byte of Buffer.from(all)) {
      expect(frame.advance(Buffer.from([byte]), 0)).toBe(1);
      if (!frame.isOpen) ended++;
    }
    expect(ended).toBe(replies.length);
  });
});

describe('plain replies', () => {
  const read = (bytes: string | Buffer, from = 0) => {
    const replies = new PlainReplies(Buffer.from(bytes as string));
    return { reply: replies.read(from), end: replies.end };
  };

  it('are texts, numbers, nothing and lists of them', () => {
    const job = '*4\r\n*2\r\n$4\r\nname\r\n$10\r\nbench.noop\r\n$22\r\naNZM45icaQ8VboFbhVL_UA\r\n:0\r\n_\r\n';
    expect(read(`+OK\r\n${job}`, 5)).toEqual({
      reply: [['name', 'bench.noop'], 'aNZM45icaQ8VboFbhVL_UA', 0, null],
      end: 5 + job.length,
    });
    expect(read('$-1\r\n').reply).toBeNull();
    expect(read('*-1\r\n').reply).toBeNull();
    expect(read(':-12\r\n').reply).toBe(-12);
    expect(read('$6\r\n\u4e2d\u6587\r\n').reply).toBe('\u4e2d\u6587');
  });

  it('are left to others when they are of another kind, too deep, too large, or cut', () => {
    for (const other of [
      '+OK\r\n',
      '-ERR no\r\n',
      ',1.5\r\n',
      '%1\r\n:1\r\n:2\r\n',
      '*2\r\n:1\r\n+OK\r\n',
      ':9007199254740993\r\n',
      ':1',
      ':\n',
    ]) {
      expect(read(other).reply, other).toBeUndefined();
    }
    expect(read(`${'*1\r\n'.repeat(10_000)}:1\r\n`).reply).toBeUndefined();
    expect(read('*4294967295\r\n:1\r\n').reply).toBeUndefined();
    const whole = '*3\r\n$5\r\nhello\r\n:10\r\n_\r\n';
    expect(read(whole).reply).toEqual(['hello', 10, null]);
    for (let length = 0; length < whole.length; length++)
      expect(read(whole.slice(0, length)).reply, String(length)).toBeUndefined();
  });
});
