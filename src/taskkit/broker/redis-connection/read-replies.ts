import type { Redis } from 'ioredis';
import { Frame } from './frame.js';
import { PlainReplies } from './plain-replies.js';

/** The part of ioredis' list of sent commands that is used here. */
interface Sent {
  peekFront(): { command: { replyEncoding?: string | null } } | undefined;
  shift(): { command: { resolve(reply: unknown): void } };
}

/**
 * Reads a new connection's plain replies in place of ioredis, which takes three times as long; every other reply is left to it.
 * Not for connections that subscribe or monitor.
 */
export function readReplies(redis: Redis): void {
  const stream = redis.stream;
  const [decode] = stream.listeners('data') as [(piece: Buffer) => void];
  /** Of a reply that is left to ioredis. */
  const frame = new Frame();
  stream.removeListener('data', decode);
  stream.prependListener('data', (piece: Buffer) => {
    let plain: PlainReplies | undefined;
    for (let at = 0; at < piece.length; ) {
      const sent = redis.commandQueue as unknown as Sent;
      if (!frame.isOpen && sent.peekFront()?.command.replyEncoding === 'utf8') {
        plain ??= new PlainReplies(piece);
        const reply = plain.read(at);
        if (reply !== undefined) {
          at = plain.end;
          sent.shift().command.resolve(reply);
          continue;
        }
      }
      const end = frame.advance(piece, at);
      decode(piece.subarray(at, end));
      at = end;
    }
  });
}
