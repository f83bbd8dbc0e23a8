/** Server-sent events, as the HTML standard has them: https://html.spec.whatwg.org/multipage/server-sent-events.html */

import { Readable } from 'node:stream';

/** How long a client waits before it connects again, in milliseconds. */
const retry = 3000;

/** An event as it is sent. One with an `id` is where a client goes on that comes back: it sends the id as `Last-Event-ID`. */
export const formatEvent = (event: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export interface EventStream {
  /** What the client is sent. */
  readonly output: Readable;
  /** Whether it may be written to: it is open, and the client has taken what was sent. */
  readonly isReady: boolean;
  write(events: string): void;
  /** Shows the client that the stream lives; destroys the stream when the client has taken nothing since the last time. */
  ping(): void;
  /** Ends the stream in order, or at once when the client takes nothing. */
  end(): void;
}

/** Makes a stream of events that holds little more than one write. `onReady` is called when it may be written to again. */
export function createEventStream(onReady: () => void): EventStream {
  let isBlocked = false;
  let isStalled = false;
  let isEnded = false;
  const output = new Readable({
    read() {
      if (!isBlocked) return;
      isBlocked = false;
      isStalled = false;
      onReady();
    },
  });
  const write = (text: string) => {
    isBlocked = !output.push(text);
  };
  write(`retry: ${retry}\n\n`);
  return {
    output,
    get isReady() {
      return !isBlocked && !isEnded && !output.destroyed;
    },
    write,
    ping() {
      if (isStalled) output.destroy();
      else if (isBlocked) isStalled = true;
      else if (!isEnded) write(': ping\n\n');
    },
    end() {
      isEnded = true;
      if (isBlocked) output.destroy();
      else output.push(null);
    },
  };
}
