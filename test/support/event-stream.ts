/** A client of server-sent events, by `fetch`. */

export interface StreamEvent {
  event: string;
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sends
  data: any;
}

export interface EventClient {
  status: number;
  headers: Headers;
  /** What has come so far, in order. */
  events: StreamEvent[];
  /** How many comments have come. */
  readonly comments: number;
  /** Resolves when the stream has ended: true when in order, false when it broke off. */
  ended: Promise<boolean>;
  close(): void;
}

/** Opens a stream and gathers its events until it ends or is closed. */
export async function openEvents(url: string, headers: Record<string, string>): Promise<EventClient> {
  const closing = new AbortController();
  const response = await fetch(url, { headers, signal: closing.signal });
  const events: StreamEvent[] = [];
  let comments = 0;
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        if (block.startsWith(':')) comments += 1;
        else if (block.startsWith('event:') || block.startsWith('id:')) events.push(parse(block));
      }
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    events,
    get comments() {
      return comments;
    },
    ended: read().then(
      () => true,
      () => false,
    ),
    close: () => closing.abort(),
  };
}

function parse(block: string): StreamEvent {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2))) as Record<string, string>;
  return { event: fields.event!, ...(fields.id !== undefined && { id: fields.id }), data: JSON.parse(fields.data!) };
}
