import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { notificationHandlers } from '#src/notifications/index.js';
import { sendBatchNotifications } from '#src/tasks/notifications.js';
import { followNotifications } from '../../examples/guide/follow-notifications.js';
import { createTestApi, failure, type SignedUpUser, type TestApi } from '../support/api.js';
import { type EventClient, openEvents } from '../support/event-stream.js';
import { taskContext } from '../support/kit.js';

/** Waits for what a busy machine may be slow to do. */
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 30_000 });

let api: TestApi;
let address: string;
beforeAll(async () => {
  // Pings are sent when a test says so; nothing else that these tests meet uses an interval.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  api = await createTestApi();
  address = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
const clients: EventClient[] = [];
afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(clients.splice(0).map(({ ended }) => ended));
});
afterAll(async () => {
  await api.close();
  vi.useRealTimers();
});
const pingTime = 15_000;

let addresses = 0;
/** Each client has an address of its own, since how many streams one opens in a minute is limited. */
async function open(user: SignedUpUser, headers: Record<string, string> = {}): Promise<EventClient> {
  const from = { 'x-forwarded-for': `10.0.0.${++addresses % 250}` };
  const client = await openEvents(`${address}/api/notifications/stream`, { ...user.headers, ...from, ...headers });
  clients.push(client);
  return client;
}
/** A stream that has sent what it begins with. */
async function openLive(user: SignedUpUser, headers?: Record<string, string>): Promise<EventClient> {
  const client = await open(user, headers);
  await eventually(() => client.events.some(({ event }) => event === 'unread')).toBe(true);
  return client;
}

let batches = 0;
/** Sends notifications as a worker would, all in one task. */
async function send(...notifications: { userId: number; title?: string; message?: string }[]): Promise<void> {
  const handler = notificationHandlers({ db: api.db, clock: () => new Date() }).find(
    ({ task }) => task.taskName === sendBatchNotifications.taskName,
  )!;
  const entries = notifications.map((one) => ({ notificationType: 'system', title: 'Hello', message: 'World', ...one }));
  await handler.run({ notifications: entries }, taskContext({ id: `batch-${++batches}` }));
}
const many = (userId: number, from: number, to: number, message = 'World') =>
  Array.from({ length: to - from + 1 }, (_, place) => ({ userId, title: `Number ${from + place}`, message }));

const titlesOf = ({ events }: EventClient) =>
  events.flatMap(({ event, data }) => (event === 'notification' ? [data.title as string] : []));
const idsOf = ({ events }: EventClient) => events.flatMap(({ id }) => id ?? []);
const countsOf = ({ events }: EventClient) =>
  events.flatMap(({ event, data }) => (event === 'unread' ? [data.unread as number] : []));
const numbered = (from: number, to: number) => many(0, from, to).map(({ title }) => title);

/** Breaks the connection that listens. */
const breakListener = () =>
  sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'journeyman-listen-notifications'`.execute(api.db);

describe('the stream', () => {
  it('begins with the count of unread notifications, and sends new ones as they come', async () => {
    const user = await api.signUp();
    await send({ userId: user.id, title: 'before' });
    const client = await openLive(user);
    expect(client.status).toBe(200);
    expect(client.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(client.headers.get('cache-control')).toBe('no-store');
    expect(client.headers.get('x-content-type-options')).toBe('nosniff');

    await send({ userId: user.id, title: 'Two\nlines', message: 'with "quotes" and 🎉' });
    await eventually(() => client.events.length).toBe(3);
    const { items } = (await api.app.inject({ url: '/api/notifications', headers: user.headers })).json();
    expect(client.events).toEqual([
      { event: 'unread', data: { unread: 1 } },
      { event: 'notification', id: String(items[0].id), data: items[0] },
      { event: 'unread', data: { unread: 2 } },
    ]);
    expect(items[0].title).toBe('Two\nlines');
  });

  it('tells every open page of what was read on another', async () => {
    const user = await api.signUp();
    await send(...many(user.id, 1, 2));
    const pages = await Promise.all([openLive(user), openLive(user)]);
    const headers = user.headers;
    const { items } = (await api.app.inject({ url: '/api/notifications', headers })).json();
    await api.app.inject({ method: 'POST', url: `/api/notifications/${items[0].id}/read`, headers });
    for (const page of pages) await eventually(() => countsOf(page)).toEqual([2, 1]);
    await api.app.inject({ method: 'POST', url: '/api/notifications/read-all', headers });
    for (const page of pages) await eventually(() => countsOf(page)).toEqual([2, 1, 0]);
  });

  it('sends a user what is theirs and nothing else', async () => {
    const [user, other] = [await api.signUp(), await api.signUp()];
    const client = await openLive(user);
    const others = await openLive(other);
    await send({ userId: other.id, title: 'private' }, { userId: user.id, title: 'own' }, { userId: other.id, title: 'secret' });
    await eventually(() => [titlesOf(client), titlesOf(others)]).toEqual([['own'], ['private', 'secret']]);
    const replay = await openLive(user, { 'last-event-id': '0' });
    expect(titlesOf(replay)).toEqual(['own']);
  });

  it('loses none and doubles none of many that are sent while streams open', async () => {
    const user = await api.signUp();
    const sending = (async () => {
      for (let from = 1; from <= 200; from += 10) await send(...many(user.id, from, from + 9));
    })();
    const opened: EventClient[] = [];
    for (let count = 0; count < 5; count++) opened.push(await open(user, { 'last-event-id': '0' }));
    await sending;
    for (const client of opened) await eventually(() => titlesOf(client)).toEqual(numbered(1, 200));
  });
});

describe('a client that comes back', () => {
  it('goes on after the last event it saw, oldest first', async () => {
    const user = await api.signUp();
    const first = await openLive(user);
    await send(...many(user.id, 1, 3));
    await eventually(() => titlesOf(first)).toEqual(numbered(1, 3));
    first.close();
    await first.ended;
    await send(...many(user.id, 4, 130));
    const second = await openLive(user, { 'last-event-id': idsOf(first).at(-1)! });
    await send(...many(user.id, 131, 132));
    await eventually(() => titlesOf(second)).toEqual(numbered(4, 132));
  });

  it('begins with the newest 1,000 when it missed more', async () => {
    const user = await api.signUp();
    await send(...many(user.id, 1, 1005));
    const client = await open(user, { 'last-event-id': '0' });
    await eventually(() => titlesOf(client).length).toBe(1000);
    await send({ userId: user.id, title: 'Number 1006' });
    await eventually(() => titlesOf(client)).toEqual(numbered(6, 1006));
  });

  it('with an id from the future gets what is new', async () => {
    const user = await api.signUp();
    const client = await openLive(user, { 'last-event-id': String(Number.MAX_SAFE_INTEGER) });
    await send({ userId: user.id, title: 'new' });
    await eventually(() => titlesOf(client)).toEqual(['new']);
  });

  it.each(['last', '-1', '1.5'])('is told that %s is no id', async (id) => {
    const user = await api.signUp();
    const headers = { ...user.headers, 'last-event-id': id };
    expect(failure(await api.app.inject({ url: '/api/notifications/stream', headers }))).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('the client of the guide', () => {
  it('is shown there as it stands', () => {
    const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
    expect(read('docs/guide/notifications.md')).toContain(`\`\`\`ts\n${read('examples/guide/follow-notifications.ts')}\`\`\``);
  });

  it('goes on with a new token when its stream has ended, and misses nothing', async () => {
    const user = await api.signUp();
    await send(...many(user.id, 1, 2));
    const seen: string[] = [];
    let tokens = 0;
    const follower = {
      accessToken: async () => {
        tokens += 1;
        return api.app.jwt.sign({ sub: String(user.id) }, { expiresIn: '2s' });
      },
      onNotification: ({ title }: { title: string }) => void seen.push(title),
      onUnread: () => undefined,
    };
    const ended = new AbortController();
    const following = followNotifications(`${address}/api/notifications/stream`, 0, follower, ended.signal);
    let last = 2;
    // Some come while the stream is open, some in the seconds until the next one.
    while (tokens < 2) {
      await send(...many(user.id, ++last, last));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await eventually(() => seen).toEqual(numbered(1, last));
    ended.abort();
    await following;
  });
});

describe('while PostgreSQL breaks the connection that listens', () => {
  it('nothing is missed', async () => {
    const user = await api.signUp();
    const client = await openLive(user);
    for (let round = 0; round < 3; round++) {
      await breakListener();
      await send(...many(user.id, 10 * round + 1, 10 * round + 10));
    }
    await eventually(() => titlesOf(client)).toEqual(numbered(1, 30));
  });

  it('streams that wait for their turn are read for when the database is back', async () => {
    const user = await api.signUp();
    const client = await openLive(user);
    await api.db.schema.alterTable('notifications').renameTo('notifications_away').execute();
    await sql`SELECT pg_notify('notifications', ${JSON.stringify({ userId: user.id })})`.execute(api.db);
    await eventually(() => api.log.some(({ level, message }) => level === 'warn' && /wait to be streamed/.test(message))).toBe(
      true,
    );
    await api.db.schema.alterTable('notifications_away').renameTo('notifications').execute();
    await send({ userId: user.id, title: 'after' });
    await eventually(() => titlesOf(client)).toEqual(['after']);
  });
});

describe('a stream ends', () => {
  it('when the access token expires', async () => {
    const user = await api.signUp();
    const token = api.app.jwt.sign({ sub: String(user.id) }, { expiresIn: '2s' });
    const client = await open(user, { authorization: `Bearer ${token}` });
    expect(await client.ended).toBe(true);
    expect(countsOf(client)).toEqual([0]);
  });

  it('when its user is not active any more, before anything else is sent', async () => {
    const user = await api.signUp();
    const client = await openLive(user);
    await api.db.updateTable('users').set({ is_active: false }).where('id', '=', user.id).execute();
    await send({ userId: user.id });
    expect(await client.ended).toBe(true);
    expect(titlesOf(client)).toEqual([]);
  });

  it('never while there is nothing to send: a comment shows that it lives', async () => {
    const client = await openLive(await api.signUp());
    for (const times of [1, 2, 3]) {
      vi.advanceTimersByTime(pingTime);
      await eventually(() => client.comments).toBe(times);
    }
  });

  it('when its client takes nothing, without holding what it does not take in memory; it can go on where it stopped', async () => {
    const user = await api.signUp();
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => {});
    socket.write(
      `GET /api/notifications/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${user.accessToken}\r\n\r\n`,
    );
    await new Promise<void>((resolve) => socket.once('data', () => resolve()));
    socket.pause();
    // More than the buffers of the two sockets hold.
    for (let from = 1; from <= 10_000; from += 1000) await send(...many(user.id, from, from + 999, 'x'.repeat(2000)));
    const dropped = () => api.log.some(({ message }) => message.includes('takes nothing'));
    await eventually(() => {
      vi.advanceTimersByTime(pingTime);
      return dropped();
    }).toBe(true);
    socket.resume();
    await closed;

    const { id } = await api.db
      .selectFrom('notifications')
      .select('id')
      .where('user_id', '=', user.id)
      .where('title', '=', 'Number 9500')
      .executeTakeFirstOrThrow();
    const client = await open(user, { 'last-event-id': String(id) });
    await eventually(() => titlesOf(client)).toEqual(numbered(9501, 10_000));
  });
});

describe('streams', () => {
  it('are at most five a user; one that was closed makes room', async () => {
    const user = await api.signUp();
    for (let count = 0; count < 5; count++) await openLive(user);
    const headers = user.headers;
    expect(failure(await api.app.inject({ url: '/api/notifications/stream', headers }))).toEqual([429, 'STREAMS_EXHAUSTED']);
    await openLive(await api.signUp());
    clients[0]!.close();
    await eventually(async () => (await open(user)).status).toBe(200);
  });

  it('of a process share one connection', async () => {
    const user = await api.signUp();
    await Promise.all([openLive(user), openLive(user), openLive(await api.signUp())]);
    const { rows } = await sql`
      SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'journeyman-listen-notifications'
    `.execute(api.db);
    expect(rows).toHaveLength(1);
  });

  it('do not hold up the end of the server', async () => {
    const other = await createTestApi();
    const url = await other.app.listen({ host: '127.0.0.1', port: 0 });
    const user = await other.signUp();
    const client = await openEvents(`${url}/api/notifications/stream`, user.headers);
    await eventually(() => client.events.length).toBe(1);
    await other.close();
    await client.ended;
  });
});
