import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readUserFigures } from '#src/analytics/cache.js';
import { storeUserFigures } from '#src/analytics/user/store.js';
import { batchCacheUserAnalytics, cacheUserAnalytics, cacheUserAnalyticsChunk } from '#src/tasks/analytics.js';
import { activeUserDays, daysAgo, now, type OpenAnalytics, openAnalytics } from '../support/analytics.js';
import { taskContext } from '../support/kit.js';
import { countStatements } from '../support/statements.js';

let analytics: OpenAnalytics;
let db: OpenAnalytics['db'];
beforeAll(async () => {
  analytics = await openAnalytics();
  db = analytics.db;
});
beforeEach(() => analytics.empty());
afterAll(() => analytics.close());

/** A chunk with all users in it. */
const everybody = { fromId: 1, toId: Number.MAX_SAFE_INTEGER };

/** The chunks that the parent asks for, and what it returns once each of them has run. */
async function runBatch() {
  const { run } = analytics.handlers.find((handler) => handler.task === (batchCacheUserAnalytics as unknown))!;
  const chunks: (typeof everybody)[] = [];
  const context = taskContext({
    group: async (build) => {
      chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: typeof everybody }).args));
      return Promise.all(chunks.map(async (chunk) => ({ result: await cacheUserAnalyticsChunk(chunk) })));
    },
  });
  return { result: await run({}, context), chunks };
}

const stored = async () =>
  (await db.selectFrom('user_analytics').select('user_id').orderBy('user_id').execute()).map(({ user_id }) => user_id);

describe('batch_cache_user_analytics', () => {
  it('stores the figures of every active user', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    await analytics.createUser({ last_seen_at: daysAgo(activeUserDays + 1) });
    await analytics.createUser({ is_active: false });
    await analytics.writePosts(ben, 3);

    expect((await runBatch()).result).toEqual({ users: 2, chunks: 1 });

    expect(await stored()).toEqual([ada, ben]);
    expect((await readUserFigures(db, ben))!.value.community.posts).toBe(3);
  });

  it('splits the users into chunks of 2,000, each of whom is in one', async () => {
    await sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT n || '@example.com', 'u' || n, 'U', 'none', ${daysAgo(1)} FROM generate_series(1, 4001) AS n
    `.execute(db);
    const { result, chunks } = await runBatch();
    expect(result).toEqual({ users: 4001, chunks: 3 });
    expect(chunks.every(({ fromId }, at) => at === 0 || fromId > chunks[at - 1]!.toId)).toBe(true);
    expect(await stored()).toHaveLength(4001);
  });

  it('does nothing on an empty platform', async () => {
    expect((await runBatch()).result).toEqual({ users: 0, chunks: 0 });
  });

  it('stores the same again when it runs twice, also at once', async () => {
    const [ada] = (await analytics.createUsers(30)) as [number];
    await runBatch();
    const before = await readUserFigures(db, ada);
    const results = await Promise.all([runBatch(), runBatch(), cacheUserAnalytics({ userId: ada })]);
    expect(results.slice(0, 2)).toMatchObject([{ result: { users: 30 } }, { result: { users: 30 } }]);
    expect(await readUserFigures(db, ada)).toEqual(before);
    expect(await stored()).toHaveLength(30);
  });
});

describe('cache_user_analytics_chunk', () => {
  it('is for the users of its range only, both ends included', async () => {
    const ids = (await analytics.createUsers(4)) as [number, number, number, number];
    expect(await cacheUserAnalyticsChunk({ fromId: ids[1], toId: ids[2] })).toEqual({ users: 2 });
    expect(await stored()).toEqual([ids[1], ids[2]]);
  });

  it('takes one statement, however many users there are', async () => {
    await analytics.createUsers(200);
    const counted = countStatements(db);
    const fresh = { which: sql<boolean>`true`, computedAt: now, expiresAt: now };
    expect(await storeUserFigures(counted.db, everybody, fresh)).toBe(200);
    expect(counted.count()).toBe(1);
  });

  it('leaves out a user who is deleted while it runs, and does the others', async () => {
    const [ada, ben] = (await analytics.createUsers(2)) as [number, number];
    const running = await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('users').where('id', '=', ada).execute();
      const started = { result: cacheUserAnalyticsChunk(everybody) };
      await expect.poll(analytics.isSomeoneWaiting).toBe(true);
      return started;
    });
    expect(await running.result).toEqual({ users: 1 });
    expect(await stored()).toEqual([ben]);
  });

  it('does not wait for a user who changes something meanwhile', async () => {
    const userId = await analytics.createUser();
    await db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ name: 'Renamed', last_seen_at: now }).where('id', '=', userId).execute();
      expect(await cacheUserAnalyticsChunk(everybody)).toEqual({ users: 1 });
    });
  });

  it('leaves nothing behind when it is ended halfway, and does all of it the next time', async () => {
    const ids = await analytics.createUsers(3);
    await sql`ALTER TABLE user_analytics ADD CONSTRAINT not_the_last CHECK (user_id <> ${sql.lit(ids[2])})`.execute(db);
    try {
      await expect(cacheUserAnalyticsChunk(everybody)).rejects.toThrow('not_the_last');
    } finally {
      await sql`ALTER TABLE user_analytics DROP CONSTRAINT not_the_last`.execute(db);
    }
    expect(await stored()).toEqual([]);
    expect(await cacheUserAnalyticsChunk(everybody)).toEqual({ users: 3 });
  });

  it.each([[{}], [{ fromId: 1 }], [{ fromId: 0, toId: 2 }], [{ fromId: '1', toId: 2 }]])('refuses %j', async (args) => {
    await expect(cacheUserAnalyticsChunk(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});
