import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import { sendBatchNotifications } from '#src/tasks/notifications.js';
import { openEvents } from '../support/event-stream.js';
import { holding } from '../support/holding.js';
import { memoryLog, until } from '../support/kit.js';
import { openPlatform, type Platform, signUp } from '../support/platform.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform('postgres');
});
afterAll(() => platform.close());

it('kill -9 of a worker in the middle of a batch: each notification is created once, and the open page sees each once, in order', async () => {
  const { db, url } = platform.database;
  const api = await platform.startApi();
  const user = await signUp(api.address, 'batch@example.com');
  const last = await signUp(api.address, 'last@example.com');
  const page = await openEvents(`${api.address}/api/notifications/stream`, user.headers);
  const seen = () => page.events.flatMap(({ event, data }) => (event === 'notification' ? [data.title as string] : []));

  const broker = createBroker(url, { resultExpires: 3600 });
  const outbox = createOutbox(db, url);
  connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log: memoryLog(), handlers: [] });
  try {
    // The worker stands still before its third statement, in which this user comes.
    const release = await holding(db, sql`select 1 from users where id = ${last.id} for update`);
    const worker = await platform.startWorker('first');
    const entry = (userId: number, title: string) => ({ userId, notificationType: 'system', title, message: 'Hello' });
    const titles = Array.from({ length: 2500 }, (_, place) => `Number ${place}`);
    const notifications = [...titles.map((title) => entry(user.id, title)), entry(last.id, 'The last one')];
    const result = await db
      .transaction()
      .execute((transaction) => sendBatchNotifications.delayOnCommit(transaction, { notifications }));
    await until(() => seen().length === 2000);
    worker.child.kill('SIGKILL');
    await worker.ended;
    // The server would find out only after the statement that nobody waits for its answer.
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(db);

    const other = await platform.startWorker('second');
    await release();
    expect(await result.get({ timeout: 50 })).toEqual({ created: 501, alreadyCreated: 2000, rejected: [] });
    expect(other.output()).toContain('was taken back from a lost worker');
    await until(() => seen().length >= titles.length);
    expect(seen()).toEqual(titles);

    // An open stream holds nobody up.
    api.child.kill('SIGTERM');
    expect(await api.ended).toBe(0);
    await page.ended;
  } finally {
    connect(undefined);
    await broker.close();
  }
});
