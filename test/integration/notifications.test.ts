import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/db/schema.js';
import { notificationHandlers } from '#src/notifications/index.js';
import { listNotifications } from '#src/notifications/queries.js';
import type { Json } from '#src/taskkit/index.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';
import { createTestDatabase } from '../support/database.js';
import { taskContext } from '../support/kit.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Kysely<Database>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

let people = 0;
async function createUser(): Promise<number> {
  const name = `person${++people}`;
  const { id } = await db
    .insertInto('users')
    .values({ email: `${name}@example.com`, username: name, name, password_hash: 'none' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Runs the task as a worker does, under this id. */
function run(id: string, args: Record<string, Json>): Promise<Json> {
  const handler = notificationHandlers({ db, clock: () => new Date() }).find(
    ({ task }) => task.taskName === sendNotificationAsync.taskName,
  )!;
  return handler.run(args, taskContext({ id, name: sendNotificationAsync.taskName }));
}

const welcome = { notificationType: 'system', title: 'Welcome', message: 'Good to see you' };
const countOf = async (userId: number) => (await listNotifications(db, userId, { page: 1, pageSize: 1 })).total;

describe('send_notification_async', () => {
  it('creates one unread notification', async () => {
    const userId = await createUser();
    const relatedUserId = await createUser();

    const result = await run('task-one', { userId, ...welcome, relatedUserId });

    expect(result).toEqual({ notificationId: expect.any(Number), created: true });
    const { items, total, unread } = await listNotifications(db, userId, { page: 1, pageSize: 20 });
    expect({ total, unread }).toEqual({ total: 1, unread: 1 });
    expect(items).toEqual([
      {
        id: (result as { notificationId: number }).notificationId,
        type: 'system',
        title: 'Welcome',
        message: 'Good to see you',
        relatedUserId,
        readAt: null,
        createdAt: expect.any(Date),
      },
    ]);
  });

  it('creates no second one when the same task runs again, and names the first', async () => {
    const userId = await createUser();
    const first = (await run('task-twice', { userId, ...welcome })) as { notificationId: number };
    expect(await run('task-twice', { userId, ...welcome })).toEqual({ notificationId: first.notificationId, created: false });
    expect(await countOf(userId)).toBe(1);
  });

  it('creates one when five runs of the same task meet', async () => {
    const userId = await createUser();
    const results = await Promise.all(Array.from({ length: 5 }, () => run('task-five', { userId, ...welcome })));
    const ids = new Set(results.map((result) => (result as { notificationId: number }).notificationId));
    expect(ids.size).toBe(1);
    expect(results.filter((result) => (result as { created: boolean }).created)).toHaveLength(1);
    expect(await countOf(userId)).toBe(1);
  });

  it('creates one for each task, even with the same words', async () => {
    const userId = await createUser();
    await run('task-a', { userId, ...welcome });
    await run('task-b', { userId, ...welcome });
    expect(await countOf(userId)).toBe(2);
  });

  it('tells those who listen', async () => {
    const userId = await createUser();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('LISTEN notifications');
      const heard = new Promise<pg.Notification>((resolve) => client.once('notification', resolve));
      const { notificationId } = (await run('task-live', { userId, ...welcome })) as { notificationId: number };
      expect(JSON.parse((await heard).payload ?? '')).toEqual({ userId, id: notificationId });
    } finally {
      await client.end();
    }
  });

  it('keeps hostile text as it is', async () => {
    const userId = await createUser();
    const title = `'; DROP TABLE users; -- <script>"{{ x }}" 🎉`;
    await run('task-hostile', { userId, ...welcome, title });
    const { items } = await listNotifications(db, userId, { page: 1, pageSize: 1 });
    expect(items[0]?.title).toBe(title);
  });

  it('leaves out a related user who is gone', async () => {
    const userId = await createUser();
    expect(await run('task-gone', { userId, ...welcome, relatedUserId: 999_999_999 })).toMatchObject({ created: true });
    const { items } = await listNotifications(db, userId, { page: 1, pageSize: 1 });
    expect(items[0]?.relatedUserId).toBeNull();
  });

  it('fails for good for an unknown user', async () => {
    await expect(run('task-nobody', { userId: 999_999_999, ...welcome })).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
      permanent: true,
    });
  });

  it.each([
    ['no title', { title: '' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['a related user that is no id', { relatedUserId: -1 }],
    ['a NUL character, which PostgreSQL takes in no text', { message: 'one\0two' }],
  ])('has a contract that refuses %s', (_, wrong) => {
    expect(sendNotificationAsync.schema.safeParse({ userId: 1, ...welcome, ...wrong }).success).toBe(false);
  });
});

describe('listNotifications', () => {
  it('gives pages, newest first, of this user alone', async () => {
    const userId = await createUser();
    const other = await createUser();
    for (const at of [1, 2, 3]) await run(`task-page-${at}`, { userId, ...welcome, title: `Number ${at}` });
    await run('task-page-other', { userId: other, ...welcome });
    await db
      .updateTable('notifications')
      .set({ read_at: new Date() })
      .where('user_id', '=', userId)
      .where('title', '=', 'Number 1')
      .execute();

    const first = await listNotifications(db, userId, { page: 1, pageSize: 2 });
    const second = await listNotifications(db, userId, { page: 2, pageSize: 2 });

    expect(first.items.map(({ title }) => title)).toEqual(['Number 3', 'Number 2']);
    expect(second.items.map(({ title }) => title)).toEqual(['Number 1']);
    expect(first).toMatchObject({ total: 3, unread: 2 });
  });

  it('gives only the unread ones, or only the others', async () => {
    const userId = await createUser();
    for (const at of [1, 2, 3]) await run(`task-filter-${at}`, { userId, ...welcome, title: `Number ${at}` });
    await db
      .updateTable('notifications')
      .set({ read_at: new Date() })
      .where('user_id', '=', userId)
      .where('title', '=', 'Number 2')
      .execute();
    const titles = async (unread: boolean) => {
      const { items, ...counts } = await listNotifications(db, userId, { page: 1, pageSize: 20, unread });
      return [items.map(({ title }) => title), counts];
    };
    expect(await titles(true)).toEqual([['Number 3', 'Number 1'], { total: 2, unread: 2 }]);
    expect(await titles(false)).toEqual([['Number 2'], { total: 1, unread: 2 }]);
  });

  it('is empty for a user without any, and beyond the last page', async () => {
    const userId = await createUser();
    expect(await listNotifications(db, userId, { page: 1, pageSize: 20 })).toEqual({ items: [], total: 0, unread: 0 });
    await run('task-last-page', { userId, ...welcome });
    expect(await listNotifications(db, userId, { page: 9, pageSize: 20 })).toEqual({ items: [], total: 1, unread: 1 });
  });
});
