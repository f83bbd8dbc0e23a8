import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#src/db/schema.js';
import { notificationHandlers } from '#src/notifications/index.js';
import type { Json, Task, TaskContext } from '#src/taskkit/index.js';
import {
  cleanupOldNotifications,
  markNotificationsReadBatch,
  sendBatchNotifications,
  sendCommentNotifications,
  sendLikeNotifications,
  sendMentionNotifications,
} from '#src/tasks/notifications.js';
import { createTestDatabase } from '../support/database.js';
import { taskContext } from '../support/kit.js';

const now = new Date('2026-03-04T05:06:07Z');
const day = 86_400_000;
const nobody = 999_999_999;

/** Waits for what a busy machine may be slow to do. */
const eventually = <T>(what: () => T) => expect.poll(what, { timeout: 30_000 });

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Kysely<Database>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

let people = 0;
async function createUsers(count: number, name = 'Ada Example'): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    INSERT INTO users (email, username, name, password_hash)
    SELECT place || '@example.com', 'person' || place, ${name}, 'none'
    FROM generate_series(${people + 1}::int, ${people + count}::int) AS place
    RETURNING id
  `.execute(db);
  people += count;
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}
const createUser = async (name?: string) => (await createUsers(1, name))[0]!;

let tasks = 0;
/** Runs a task as a worker does, by default under an id of its own. */
function run<Args>(task: Task<Args>, args: Args, given: Partial<TaskContext> = {}): Promise<Json> {
  const handler = notificationHandlers({ db, clock: () => now }).find((one) => one.task.taskName === task.taskName)!;
  return handler.run(args as Record<string, Json>, taskContext({ id: `task-${++tasks}`, ...given }));
}

/** What several results say together. */
const sumOf = (results: Json[], key: string) =>
  results.reduce<number>((sum, result) => sum + (result as Record<string, number>)[key]!, 0);

const notificationsOf = (userId: number) =>
  db
    .selectFrom('notifications')
    .select(['type', 'title', 'message', 'related_user_id', 'unique_key'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
const countAll = async () =>
  (
    await db
      .selectFrom('notifications')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count;

/** The processes of this database's statements that wait for a lock. */
async function waiting(): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
  `.execute(db);
  return rows.map(({ pid }) => pid);
}

describe.each([
  ['send_like_notifications', sendLikeNotifications, 'likerId', { type: 'like', title: 'New like' }, 'liked your'],
  [
    'send_comment_notifications',
    sendCommentNotifications,
    'commenterId',
    { type: 'comment', title: 'New comment' },
    'commented on your',
  ],
] as const)('%s', (_, task, other, kind, did) => {
  const call = (userId: number, otherId: number, contentType: 'post' | 'comment', id?: string) =>
    run(task as Task<Record<string, Json>>, { userId, [other]: otherId, contentType }, id ? { id } : {});

  it.each(['post', 'comment'] as const)('tells the owner of a %s who did it', async (contentType) => {
    const owner = await createUser();
    const grace = await createUser('Grace Hopper');
    expect(await call(owner, grace, contentType)).toEqual({ notificationId: expect.any(Number), created: true });
    const message = `Grace Hopper ${did} ${contentType}`;
    expect(await notificationsOf(owner)).toMatchObject([{ ...kind, message, related_user_id: grace }]);
  });

  it('tells nobody of what they did themselves', async () => {
    const owner = await createUser();
    expect(await call(owner, owner, 'post')).toEqual({ notificationId: null, created: false, skipped: 'own content' });
    expect(await notificationsOf(owner)).toEqual([]);
  });

  it('creates one, when it runs twice or five times at once', async () => {
    const owner = await createUser();
    const grace = await createUser();
    const results = await Promise.all(Array.from({ length: 5 }, () => call(owner, grace, 'post', `once-${other}`)));
    results.push(await call(owner, grace, 'post', `once-${other}`));
    expect(new Set(results.map((result) => (result as { notificationId: number }).notificationId)).size).toBe(1);
    expect(results.filter((result) => (result as { created: boolean }).created)).toHaveLength(1);
    expect(await notificationsOf(owner)).toHaveLength(1);
  });

  it('fails for good when either is unknown, and names who', async () => {
    const known = await createUser();
    const failure = { code: 'USER_NOT_FOUND', permanent: true, values: { userId: nobody } };
    await expect(call(known, nobody, 'post')).rejects.toMatchObject(failure);
    await expect(call(nobody, known, 'post')).rejects.toMatchObject(failure);
  });

  it('cuts a name that is too long for a notification', async () => {
    const owner = await createUser();
    await call(owner, await createUser('N'.repeat(200)), 'post');
    expect((await notificationsOf(owner))[0]?.message).toBe(`${'N'.repeat(99)}… ${did} post`);
  });
});

describe('send_mention_notifications', () => {
  async function writePost(body: string) {
    const author = await createUser('Ada Example');
    const post = await db.insertInto('posts').values({ author_id: author, body }).returning('id').executeTakeFirstOrThrow();
    return { author, postId: post.id };
  }
  const mention = (userIds: number[], contentId: number, mentionType: 'post' | 'comment' = 'post') =>
    run(sendMentionNotifications, { userIds, mentionType, contentId });

  it('tells each user who mentioned them, with the start of the text', async () => {
    const { author, postId } = await writePost(`Thank you\n@bob!  ${'word '.repeat(100)}`);
    const users = await createUsers(3);
    expect(await mention(users, postId)).toEqual({ created: 3, skipped: 0 });
    for (const user of users) {
      expect(await notificationsOf(user)).toEqual([
        {
          type: 'mention',
          title: 'Ada Example mentioned you in a post',
          message: expect.stringMatching(/^Thank you @bob! word .* word…$/),
          related_user_id: author,
          unique_key: `mention:post:${postId}:${user}`,
        },
      ]);
    }
  });

  it('tells of a comment apart from a post with the same id', async () => {
    const { author, postId } = await writePost('A post');
    const comment = await sql<{ id: number }>`
      INSERT INTO comments (id, post_id, author_id, body) OVERRIDING SYSTEM VALUE VALUES (${postId}, ${postId}, ${author}, 'A comment')
      RETURNING id
    `.execute(db);
    const user = await createUser();
    await mention([user], postId);
    expect(await mention([user], comment.rows[0]!.id, 'comment')).toEqual({ created: 1, skipped: 0 });
    expect((await notificationsOf(user)).map(({ message }) => message)).toEqual(['A post', 'A comment']);
  });

  it('never tells the author, and leaves out users who do not exist', async () => {
    const { author, postId } = await writePost('Me, myself and I');
    const user = await createUser();
    expect(await mention([author, user, nobody, user], postId)).toEqual({ created: 1, skipped: 3 });
    expect(await notificationsOf(author)).toEqual([]);
    expect(await notificationsOf(user)).toHaveLength(1);
  });

  it('tells nobody twice: run again, with more users, and by several at once in any order', async () => {
    const { postId } = await writePost('Everybody');
    const users = await createUsers(50);
    await mention(users.slice(0, 10), postId);
    const results = await Promise.all([mention(users, postId), mention(users.toReversed(), postId), mention(users, postId)]);
    expect(sumOf(results, 'created')).toBe(40);
    expect(await mention(users, postId)).toEqual({ created: 0, skipped: 50 });
    for (const user of users) expect(await notificationsOf(user)).toHaveLength(1);
  });

  it('mentions nobody without a word', async () => {
    const { postId } = await writePost('Nobody');
    expect(await mention([], postId)).toEqual({ created: 0, skipped: 0 });
  });

  it('fails for good when the content is gone', async () => {
    const user = await createUser();
    for (const type of ['post', 'comment'] as const) {
      const values = { type, contentId: nobody };
      await expect(mention([user], nobody, type)).rejects.toMatchObject({ code: 'CONTENT_NOT_FOUND', permanent: true, values });
    }
    expect(await notificationsOf(user)).toEqual([]);
  });
});

describe('send_batch_notifications', () => {
  const entry = (userId: number, title = 'Hello') => ({ userId, notificationType: 'system', title, message: 'World' });
  const send = (notifications: Record<string, string | number>[], given: Partial<TaskContext> = {}) =>
    run(sendBatchNotifications, { notifications }, given);

  it('creates the good ones and names each bad one by its index', async () => {
    const [one, two] = (await createUsers(2)) as [number, number];
    const result = await send([
      entry(one, 'first'),
      { title: 'to nobody' },
      { user_id: two, notification_type: 'system', title: 'from Python', message: 'World', related_user_id: one },
      entry(nobody),
      entry(one, 'second'),
      entry(one, 'x'.repeat(201)),
    ]);
    expect(result).toEqual({
      created: 3,
      alreadyCreated: 0,
      rejected: [
        { index: 1, reason: expect.stringContaining('userId: ') },
        { index: 3, reason: `There is no user ${nobody}.` },
        { index: 5, reason: expect.stringContaining('title: ') },
      ],
    });
    expect((await notificationsOf(one)).map(({ title }) => title)).toEqual(['first', 'second']);
    expect(await notificationsOf(two)).toMatchObject([{ title: 'from Python', related_user_id: one }]);
  });

  it('changes nothing when it runs again, and says so', async () => {
    const user = await createUser();
    const entries = [entry(user, 'a'), entry(nobody), entry(user, 'b')];
    await send(entries, { id: 'batch-twice' });
    expect(await send(entries, { id: 'batch-twice' })).toMatchObject({ created: 0, alreadyCreated: 2, rejected: [{ index: 1 }] });
    expect(await notificationsOf(user)).toHaveLength(2);
  });

  it('goes on where a run ended that was broken off', async () => {
    const users = await createUsers(2500);
    const entries = users.map((user) => entry(user));
    const ended = new AbortController();
    const broken = send(entries, {
      id: 'batch-broken',
      signal: ended.signal,
      progress: async (value) => {
        if ((value as { done: number }).done === 2000) ended.abort(new Error('the worker is gone'));
      },
    });
    await expect(broken).rejects.toThrow('the worker is gone');
    const progress: Json[] = [];
    const result = await send(entries, { id: 'batch-broken', progress: async (value) => void progress.push(value) });
    expect(result).toEqual({ created: 500, alreadyCreated: 2000, rejected: [] });
    expect(progress).toEqual([1000, 2000, 2500].map((done) => ({ done, of: 2500 })));
  });

  it('creates each once when two runs of it meet', async () => {
    const users = await createUsers(300);
    const before = await countAll();
    const results = await Promise.all(
      [1, 2].map(() =>
        send(
          users.map((user) => entry(user)),
          { id: 'batch-doubled' },
        ),
      ),
    );
    expect([sumOf(results, 'created'), sumOf(results, 'alreadyCreated')]).toEqual([300, 300]);
    expect((await countAll()) - before).toBe(300);
  });

  it('leaves nothing behind of a statement whose connection is lost, and is whole when it runs again', async () => {
    const users = await createUsers(20);
    const entries = users.map((user) => entry(user));
    const before = await countAll();
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom('users').select('id').where('id', '=', users.at(-1)!).forUpdate().execute();
      const lost = expect(send(entries, { id: 'batch-lost' })).rejects.toThrow();
      await eventually(waiting).toHaveLength(1);
      await sql`SELECT pg_terminate_backend(${(await waiting())[0]!}::int)`.execute(db);
      await lost;
    });
    expect(await countAll()).toBe(before);
    expect(await send(entries, { id: 'batch-lost' })).toEqual({ created: 20, alreadyCreated: 0, rejected: [] });
  });

  it('tells those who listen of each user once, by the newest', async () => {
    const [one, two] = (await createUsers(2)) as [number, number];
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const heard: Record<string, number>[] = [];
      client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '')));
      await client.query('LISTEN notifications');
      await send([entry(one), entry(two), entry(one, 'newest')]);
      await eventually(() => heard.length).toBe(2);
      const newest = await db.selectFrom('notifications').select('id').where('title', '=', 'newest').executeTakeFirstOrThrow();
      expect(heard.find(({ userId }) => userId === one)).toEqual({ userId: one, id: newest.id });
      expect(heard.map(({ userId }) => userId).sort()).toEqual([one, two].sort());
    } finally {
      await client.end();
    }
  });

  it('is empty without entries', async () => {
    expect(await send([])).toEqual({ created: 0, alreadyCreated: 0, rejected: [] });
  });
});

describe('a user’s notifications', () => {
  it('become visible in the order of their ids, whoever creates them', async () => {
    const user = await createUser();
    const like = (likerId: number) => ({ userId: user, likerId, contentType: 'post' as const });
    const later = await createUser('Later');
    const earlier = await createUser('Earlier');
    let second: Promise<Json> | undefined;
    await db.transaction().execute(async (trx) => {
      const handlers = notificationHandlers({ db: trx, clock: () => now });
      const handler = handlers.find(({ task }) => task.taskName === sendLikeNotifications.taskName)!;
      await handler.run(like(earlier), taskContext({ id: 'order-1' }));
      // Without waiting for the first one's commit, it could be read before it, and whoever reads on from it would miss the first.
      second = run(sendLikeNotifications, like(later));
      await eventually(waiting).toHaveLength(1);
      expect(await notificationsOf(user)).toEqual([]);
    });
    await second;
    expect((await notificationsOf(user)).map(({ related_user_id }) => related_user_id)).toEqual([earlier, later]);
  });
});

describe('mark_notifications_read_batch', () => {
  async function withUnread(count: number): Promise<number> {
    const user = await createUser();
    await run(sendBatchNotifications, {
      notifications: Array.from({ length: count }, () => ({
        userId: user,
        notificationType: 'system',
        title: 'a',
        message: 'b',
      })),
    });
    return user;
  }
  const readAt = async (userId: number) => {
    const rows = await db.selectFrom('notifications').select('read_at').where('user_id', '=', userId).execute();
    return rows.map(({ read_at }) => read_at);
  };

  it('marks all of the user’s as read, by the clock, and nobody else’s', async () => {
    const user = await withUnread(3);
    const other = await withUnread(1);
    expect(await run(markNotificationsReadBatch, { userId: user })).toEqual({ userId: user, marked: 3 });
    expect(await readAt(user)).toEqual([now, now, now]);
    expect(await readAt(other)).toEqual([null]);
  });

  it('marks none the second time, and counts each once when several run at once', async () => {
    const user = await withUnread(200);
    const results = await Promise.all([1, 2, 3].map(() => run(markNotificationsReadBatch, { userId: user })));
    expect(sumOf(results, 'marked')).toBe(200);
    expect(await run(markNotificationsReadBatch, { userId: user })).toEqual({ userId: user, marked: 0 });
  });

  it('fails for good for an unknown user', async () => {
    await expect(run(markNotificationsReadBatch, { userId: nobody })).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  });
});

describe('cleanup_old_notifications', () => {
  /** Gives a user notifications that were created so many days ago. */
  async function fill(userId: number, count: number, { days, read }: { days: number; read: boolean }) {
    await sql`
      INSERT INTO notifications (user_id, type, title, message, unique_key, created_at, read_at)
      SELECT ${userId}, 'system', 'old', 'old', 'fill:' || ${userId}::text || ':' || ${days}::text || ':' || ${read}::text || ':' || place,
        ${new Date(now.getTime() - days * day)}::timestamptz - place * interval '1 microsecond',
        CASE WHEN ${read} THEN ${now}::timestamptz END
      FROM generate_series(1, ${count}::int) AS place
    `.execute(db);
  }
  const remaining = async (userId: number) => (await notificationsOf(userId)).length;

  it('deletes those that were read and are older than so many days, 30 by default', async () => {
    const user = await createUser();
    await fill(user, 2, { days: 31, read: true });
    await fill(user, 3, { days: 31, read: false });
    await fill(user, 4, { days: 29, read: true });
    expect(await run(cleanupOldNotifications, cleanupOldNotifications.schema.parse({}))).toEqual({ deleted: 2 });
    expect(await remaining(user)).toBe(7);
    expect(await run(cleanupOldNotifications, { days: 28 })).toEqual({ deleted: 4 });
    expect(await remaining(user)).toBe(3);
    expect(await run(cleanupOldNotifications, { days: 0 })).toEqual({ deleted: 0 });
  });

  it('deletes many a batch at a time, and keeps what it did when it is broken off', async () => {
    const user = await createUser();
    await fill(user, 12_001, { days: 40, read: true });
    const ended = new AbortController();
    const progress: Json[] = [];
    const broken = run(
      cleanupOldNotifications,
      { days: 30 },
      {
        signal: ended.signal,
        progress: async (value) => {
          progress.push(value);
          if (progress.length === 1) ended.abort(new Error('the worker is gone'));
        },
      },
    );
    await expect(broken).rejects.toThrow('the worker is gone');
    expect(await remaining(user)).toBe(7001);
    expect(await run(cleanupOldNotifications, { days: 30 }, { progress: async (value) => void progress.push(value) })).toEqual({
      deleted: 7001,
    });
    expect(progress).toEqual([5000, 5000, 7001].map((deleted) => ({ deleted })));
    expect(await run(cleanupOldNotifications, { days: 30 })).toEqual({ deleted: 0 });
  });

  it('deletes each once when two run at once', async () => {
    const user = await createUser();
    await fill(user, 11_000, { days: 40, read: true });
    const results = await Promise.all([1, 2].map(() => run(cleanupOldNotifications, { days: 30 })));
    expect(sumOf(results, 'deleted')).toBe(11_000);
    expect(await remaining(user)).toBe(0);
  });

  it.each([-1, 1.5, 3651])('has a contract that refuses %d days', (days) => {
    expect(cleanupOldNotifications.schema.safeParse({ days }).success).toBe(false);
  });
});
