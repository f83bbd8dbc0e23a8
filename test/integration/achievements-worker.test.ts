import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { achievementDefinitions, achievementHandlers } from '#src/achievements/index.js';
import { saveReferenceData } from '#src/db/reference-data.js';
import { checkAllUserAchievements, detectMilestoneAchievements } from '#src/tasks/achievements.js';
import { activeUserDays, now, people } from '../support/achievements.js';
import { type OpenKit, openKit, until } from '../support/kit.js';

let kit: OpenKit;
let db: OpenKit['database']['db'];
let platform: ReturnType<typeof people>;

beforeAll(async () => {
  kit = await openKit('postgres');
  db = kit.database.db;
  platform = people(db);
  await saveReferenceData(db, { skills: [], achievements: achievementDefinitions });
});
beforeEach(async () => {
  await db.deleteFrom('users').execute();
  await platform.emptyOutbox();
});
afterAll(() => kit.close());

let worker: Awaited<ReturnType<typeof startWorker>>;
const startWorker = () => {
  const handlers = achievementHandlers({ db, clock: () => now, activeUserDays });
  return kit.startWorker(handlers, { queues: ['achievement'] });
};
beforeEach(async () => {
  worker = await startWorker();
});
afterEach(() => worker.stop(0));

/** Users who have each earned `first_post`. */
async function createPosters(count: number): Promise<number[]> {
  const ids = await platform.createUsers(count);
  for (const userId of ids) await platform.writePosts(userId, 1);
  return ids;
}

/** Everybody has the achievement and its points once, and is told of it once. */
async function expectOnce(ids: number[]): Promise<void> {
  for (const userId of ids) {
    expect(await platform.unlockedBy(userId)).toEqual(['first_post']);
    expect(await platform.ledgerOf(userId)).toEqual([{ source: 'achievement:first_post', points: 10 }]);
  }
  const messages = await platform.outbox();
  expect(messages.filter(({ name }) => name.endsWith('send_achievement_email'))).toHaveLength(ids.length);
  const notified = messages.flatMap(({ args }) => (args.notifications ?? []) as { userId: number }[]);
  expect(notified.map(({ userId }) => userId).sort((a, b) => a - b)).toEqual(ids);
}

/** Begins the check of everybody while the first user is locked, and gives its result once `meanwhile` has let go of it. */
async function checkWhileLocked(userId: number, meanwhile: () => Promise<unknown>) {
  const call = await db.transaction().execute(async (trx) => {
    await trx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
    const started = { result: await checkAllUserAchievements.delay({}) };
    await until(platform.isSomeoneWaiting);
    await meanwhile();
    return started;
  });
  return call.result.get({ timeout: 30 });
}

describe('the check of everybody by a worker', () => {
  it('adds up what its chunks did', async () => {
    const ids = await createPosters(3);
    const result = await checkAllUserAchievements.delay({});
    expect(await result.get({ timeout: 30 })).toEqual({ users: 3, unlocked: 3, points: 30, chunks: 1 });
    await expectOnce(ids);
    const milestones = await detectMilestoneAchievements.delay({});
    expect(await milestones.get({ timeout: 30 })).toEqual({ users: 3, unlocked: 0, points: 0, chunks: 1 });
  });

  it('is one task however often it is called while it waits', async () => {
    const calls = await Promise.all([checkAllUserAchievements.delay({}), checkAllUserAchievements.delay({})]);
    expect(calls[0].id).toBe(calls[1].id);
    await calls[0].get({ timeout: 30 });
  });

  it('does all of it once when the connection is cut in the middle', async () => {
    const ids = await createPosters(3);
    await checkWhileLocked(ids[0]!, () =>
      sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
      `.execute(db),
    );
    await expectOnce(ids);
  });

  it('does all of it once when another worker takes over in the middle', async () => {
    const ids = await createPosters(3);
    await checkWhileLocked(ids[0]!, async () => {
      await worker.stop(0);
      worker = await startWorker();
    });
    await expectOnce(ids);
  });
});
