import { type Kysely, sql } from 'kysely';
import { achievementDefinitions, achievementHandlers } from '#src/achievements/index.js';
import { createOutbox } from '#src/db/outbox.js';
import { saveReferenceData } from '#src/db/reference-data.js';
import type { Database } from '#src/db/schema.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import { createTestDatabase } from './database.js';
import { memoryLog } from './kit.js';

/** What the clock of the achievement tests shows. */
export const now = new Date('2026-03-04T05:06:07Z');
export const activeUserDays = 30;
export const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** The achievement tasks on a database of their own; what they enqueue stays in the outbox. */
export async function openAchievements() {
  const database = await createTestDatabase();
  const { db } = database;
  await saveReferenceData(db, { skills: [], achievements: achievementDefinitions });
  const broker = createBroker(database.url, { resultExpires: 60 });
  const handlers = achievementHandlers({ db, clock: () => now, activeUserDays });
  connect({
    broker,
    outbox: createOutbox(db, database.url),
    routes: {},
    defaultQueue: 'default',
    log: memoryLog(),
    handlers,
  });
  return {
    db,
    handlers,
    ...people(db),
    async close() {
      connect(undefined);
      await broker.close();
      await database.drop();
    },
  };
}

export type OpenAchievements = Awaited<ReturnType<typeof openAchievements>>;

/** Users, what they did, and what became of it. */
export function people(db: Kysely<Database>) {
  let made = 0;

  /** Active users, unless `about` says otherwise. */
  async function createUsers(count: number, about: { is_active?: boolean; last_seen_at?: Date | null } = {}) {
    const names = Array.from({ length: count }, () => `person${++made}`);
    const rows = await db
      .insertInto('users')
      .values(
        names.map((name) => ({
          email: `${name}@example.com`,
          username: name,
          name,
          password_hash: 'none',
          last_seen_at: daysAgo(1),
          ...about,
        })),
      )
      .returning('id')
      .execute();
    return rows.map(({ id }) => id);
  }

  return {
    createUsers,
    createUser: async (about = {}) => (await createUsers(1, about))[0]!,

    async writePosts(authorId: number, count: number): Promise<number[]> {
      const posts = Array.from({ length: count }, (_, at) => ({ author_id: authorId, body: `Post ${at}` }));
      const rows = await db.insertInto('posts').values(posts).returning('id').execute();
      return rows.map(({ id }) => id);
    },

    givePoints: (userId: number, points: number, source = 'gift') =>
      db.insertInto('points_ledger').values({ user_id: userId, points, source }).execute(),

    async unlockedBy(userId: number): Promise<string[]> {
      const rows = await db
        .selectFrom('user_achievements')
        .select('achievement_key')
        .where('user_id', '=', userId)
        .orderBy('achievement_key')
        .execute();
      return rows.map(({ achievement_key }) => achievement_key);
    },

    ledgerOf: (userId: number) =>
      db.selectFrom('points_ledger').select(['source', 'points']).where('user_id', '=', userId).orderBy('id').execute(),

    /** The messages in the outbox, oldest first. */
    async outbox() {
      const rows = await db.selectFrom('task_outbox').select('message').orderBy('position').execute();
      return rows.map(({ message }) => message);
    },

    emptyOutbox: () => db.deleteFrom('task_outbox').execute(),

    /** Whether a statement in this database waits for a lock. */
    async isSomeoneWaiting(): Promise<boolean> {
      const { rows } = await sql`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
      `.execute(db);
      return rows.length > 0;
    },

    /** Takes the outbox away while `work` runs, so that whoever writes to it fails. */
    async withoutOutbox(work: () => Promise<unknown>): Promise<void> {
      await db.schema.alterTable('task_outbox').renameTo('task_outbox_away').execute();
      try {
        await work();
      } finally {
        await db.schema.alterTable('task_outbox_away').renameTo('task_outbox').execute();
      }
    },
  };
}
