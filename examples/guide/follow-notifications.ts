// examples/guide/follow-notifications.ts
interface Follower {
  /** An access token that is good for the next minutes. */
  accessToken(): Promise<string>;
  onNotification(notification: { id: number; title: string; message: string }): void;
  onUnread(count: number): void;
}

/** Follows a user's notifications until `signal` is aborted. Begins after `lastId`, the newest one that the page shows. */
export async function followNotifications(url: string, lastId: number, follower: Follower, signal: AbortSignal): Promise<void> {
  let last = lastId;
  while (!signal.aborted) {
    try {
      const headers = { authorization: `Bearer ${await follower.accessToken()}`, 'last-event-id': String(last) };
      const response = await fetch(url, { headers, signal });
      if (response.status === 200) await readEvents(response, handle);
    } catch {
      // The connection broke: the next one goes on after the last notification.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 3000));
  }

  function handle(event: string, data: string): void {
    const value = JSON.parse(data);
    if (event === 'unread') follower.onUnread(value.unread);
    if (event !== 'notification') return;
    last = value.id;
    follower.onNotification(value);
  }
}

async function readEvents(response: Response, handle: (event: string, data: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (event && data) handle(event, data);
    }
  }
}
