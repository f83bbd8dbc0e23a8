import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const firstWait = 100;
const longestWait = 5000;

/**
 * Calls back with the payload soon after each `NOTIFY` on the channel, over a connection of its own. A lost connection is opened
 * again, with waits from 0.1 to 5 s, for as long as it takes; then it calls back too, without a payload, since notices may have
 * passed in the meantime.
 * Rejects when the first connection cannot be made. Returns what ends it.
 */
export async function listen(
  databaseUrl: string,
  channel: string,
  onNotice: (payload?: string) => void,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let reconnecting = Promise.resolve();
  const onLost = () => {
    if (!signal.aborted) reconnecting = reconnect();
  };
  let client = await connect(databaseUrl, channel, onNotice, onLost);

  async function reconnect(): Promise<void> {
    for (let wait = firstWait; ; wait = Math.min(2 * wait, longestWait)) {
      await sleep(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        client = await connect(databaseUrl, channel, onNotice, onLost);
      } catch {
        continue; // the server is still away
      }
      if (!signal.aborted) onNotice();
      return;
    }
  }

  return async () => {
    stopping.abort();
    await reconnecting;
    await client.end();
  };
}

async function connect(
  databaseUrl: string,
  channel: string,
  onNotice: (payload?: string) => void,
  onLost: () => void,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `journeyman-listen-${channel}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  client.on('notification', ({ payload }) => onNotice(payload));
  // A connection that breaks says so twice, by 'error' and by 'end'; without a listener the first would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  client.once('end', onLost);
  return client;
}
