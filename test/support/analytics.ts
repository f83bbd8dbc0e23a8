import { sql } from 'kysely';
import { figureHandlers } from '#src/analytics/index.js';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import { people } from './achievements.js';
import { createTestDatabase } from './database.js';
import { memoryLog } from './kit.js';

/** What the clock of the analytics tests shows: a Wednesday, half past six in the morning in Berlin. */
export const now = new Date('2026-03-04T05:30:00Z');
export const timezone = 'Europe/Berlin';
export const activeUserDays = 30;
export const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** The tasks that compute figures, on a database of their own. The clock can be set. */
export async function openAnalytics() {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = { now };
  const broker = createBroker(database.url, { resultExpires: 60 });
  const handlers = figureHandlers({ db, clock: () => clock.now, timezone, activeUserDays });
  const outbox = createOutbox(db, database.url);
  connect({ broker, outbox, routes: {}, defaultQueue: 'default', log: memoryLog(), handlers });
  const tables = sql`users, skills, courses, jobs, achievements, activity_hours, activity_days, cached_analytics`;
  return {
    db,
    url: database.url,
    handlers,
    clock,
    ...people(db),

    /** As it was after the migrations. */
    async empty() {
      clock.now = now;
      await sql`TRUNCATE ${tables} RESTART IDENTITY CASCADE`.execute(db);
      await db.updateTable('activity_rollup').set({ timezone: 'UTC', closed_until: '-infinity' }).execute();
    },

    /** Notes that a user did something, at these times. */
    act: (userId: number, times: string[], kind = 'login') =>
      db
        .insertInto('activity_events')
        .values(times.map((time) => ({ user_id: userId, kind, occurred_at: new Date(time) })))
        .execute(),

    async close() {
      connect(undefined);
      await broker.close();
      await database.drop();
    },
  };
}

export type OpenAnalytics = Awaited<ReturnType<typeof openAnalytics>>;
