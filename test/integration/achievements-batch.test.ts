import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkAchievementsChunk, checkAllUserAchievements, detectMilestoneAchievements } from '#src/tasks/achievements.js';
import { activeUserDays, daysAgo, type OpenAchievements, openAchievements } from '../support/achievements.js';
import { taskContext } from '../support/kit.js';

let platform: OpenAchievements;
beforeAll(async () => {
  platform = await openAchievements();
});
beforeEach(async () => {
  await platform.db.deleteFrom('users').execute();
  await platform.emptyOutbox();
});
afterAll(() => platform.close());

type Parent = typeof checkAllUserAchievements | typeof detectMilestoneAchievements;

/** The chunks that a parent task asks for, and what it returns once each of them has run. */
async function runParent(task: Parent) {
  const { run } = platform.handlers.find((handler) => handler.task === (task as unknown))!;
  const chunks: Parameters<typeof checkAchievementsChunk>[0][] = [];
  const context = taskContext({
    group: async (build) => {
      chunks.push(...(await build()).map(({ spec }) => (spec as unknown as { args: (typeof chunks)[0] }).args));
      return Promise.all(chunks.map(async (chunk) => ({ result: await checkAchievementsChunk(chunk) })));
    },
  });
  return { result: await run({}, context), chunks };
}

const checkAll = async () => (await runParent(checkAllUserAchievements)).result;

/** A chunk with all users in it. */
const everybody = { fromId: 1, toId: Number.MAX_SAFE_INTEGER };

/** Whom the messages in the outbox tell of what: `USER NAME`, sorted. */
async function announced() {
  const messages = await platform.outbox();
  const mails = messages.filter(({ name }) => name.endsWith('send_achievement_email'));
  const batches = messages.filter(({ name }) => name.endsWith('send_batch_notifications'));
  const entries = batches.flatMap(({ args }) => args.notifications as { userId: number; message: string }[]);
  return {
    mails: mails.map(({ args }) => `${args.userId} ${args.achievementName}`).sort(),
    notifications: entries.map(({ userId, message }) => `${userId} ${/"(.*)"/.exec(message)![1]}`).sort(),
    batches: batches.length,
  };
}

describe('check_all_user_achievements', () => {
  it('unlocks for every active user what is earned, and tells of it', async () => {
    const [ada, ben, cleo] = (await platform.createUsers(3)) as [number, number, number];
    await platform.writePosts(ada, 2);
    await platform.writePosts(ben, 1);
    await platform.givePoints(ben, 95);

    expect(await checkAll()).toEqual({ users: 3, unlocked: 3, points: 20, chunks: 1 });

    expect(await platform.unlockedBy(ada)).toEqual(['first_post']);
    expect(await platform.unlockedBy(ben)).toEqual(['first_post', 'milestone_100']);
    expect(await platform.unlockedBy(cleo)).toEqual([]);
    expect(await platform.ledgerOf(ada)).toEqual([{ source: 'achievement:first_post', points: 10 }]);
    const told = [`${ada} First Post`, `${ben} 100 Points`, `${ben} First Post`].sort();
    expect(await announced()).toEqual({ mails: told, notifications: told, batches: 1 });
  });

  it('words a notification as the check of one user does', async () => {
    const userId = await platform.createUser();
    await platform.writePosts(userId, 1);
    await checkAll();
    const [batch] = await platform.outbox();
    expect(batch!.args).toEqual({
      notifications: [
        {
          userId,
          notificationType: 'achievement',
          title: 'Achievement Unlocked!',
          message: 'You earned the "First Post" achievement',
        },
      ],
    });
  });

  it('leaves out users who are not active', async () => {
    const away = await platform.createUser({ last_seen_at: daysAgo(activeUserDays + 1) });
    const closed = await platform.createUser({ is_active: false });
    const here = await platform.createUser({ last_seen_at: daysAgo(activeUserDays - 1) });
    for (const userId of [away, closed, here]) await platform.writePosts(userId, 1);

    expect(await checkAll()).toEqual({ users: 1, unlocked: 1, points: 10, chunks: 1 });
    expect(await platform.unlockedBy(here)).toEqual(['first_post']);
    expect(await platform.unlockedBy(away)).toEqual([]);
    expect(await platform.unlockedBy(closed)).toEqual([]);
  });

  it('does nothing on an empty platform', async () => {
    expect(await checkAll()).toEqual({ users: 0, unlocked: 0, points: 0, chunks: 0 });
  });

  it('splits the users into chunks of 2,000, each of whom is in one', async () => {
    await sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT n || '@example.com', 'u' || n, 'U', 'none', ${daysAgo(1)} FROM generate_series(1, 4001) AS n
    `.execute(platform.db);
    await sql`INSERT INTO posts (author_id, body) SELECT id, 'A post' FROM users`.execute(platform.db);

    const { result, chunks } = await runParent(checkAllUserAchievements);

    expect(result).toEqual({ users: 4001, unlocked: 4001, points: 40_010, chunks: 3 });
    expect(chunks.every(({ fromId }, at) => at === 0 || fromId > chunks[at - 1]!.toId)).toBe(true);
    const { mails, notifications, batches } = await announced();
    expect(mails).toEqual(notifications);
    expect(new Set(mails).size).toBe(4001);
    // At most 1,000 in each: two for either full chunk, one for the third.
    expect(batches).toBe(5);
  });

  it('changes nothing and enqueues nothing when it runs again', async () => {
    const userId = await platform.createUser();
    await platform.writePosts(userId, 1);
    await checkAll();
    await platform.emptyOutbox();

    expect(await checkAll()).toEqual({ users: 1, unlocked: 0, points: 0, chunks: 1 });
    expect(await platform.outbox()).toEqual([]);
    expect(await platform.ledgerOf(userId)).toHaveLength(1);
  });

  it('gives points and tells of it once when it runs several times at once', async () => {
    const ids = await platform.createUsers(20);
    for (const userId of ids) await platform.writePosts(userId, 1);

    const results = await Promise.all([checkAll(), checkAll(), checkAll()]);

    const total = (key: 'unlocked' | 'points') =>
      (results as Record<string, number>[]).reduce((sum, result) => sum + result[key]!, 0);
    expect(total('unlocked')).toBe(20);
    expect(total('points')).toBe(200);
    const { mails, notifications } = await announced();
    expect(mails).toHaveLength(20);
    expect(notifications).toHaveLength(20);
    for (const userId of ids) expect(await platform.ledgerOf(userId)).toHaveLength(1);
  });

  it('refuses arguments', async () => {
    await expect(checkAllUserAchievements({ userId: 1 } as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});

describe('check_achievements_chunk', () => {
  const check = (rules: 'all' | 'milestones' = 'all') => checkAchievementsChunk({ ...everybody, rules });

  it('looks at the users of its range only, both ends included', async () => {
    const ids = (await platform.createUsers(4)) as [number, number, number, number];
    for (const userId of ids) await platform.writePosts(userId, 1);
    expect(await checkAchievementsChunk({ fromId: ids[1], toId: ids[2], rules: 'all' })).toEqual({
      users: 2,
      unlocked: 2,
      points: 20,
    });
    expect(await Promise.all(ids.map(platform.unlockedBy))).toEqual([[], ['first_post'], ['first_post'], []]);
  });

  it('finds nobody in a range without users', async () => {
    expect(await checkAchievementsChunk({ fromId: 900_000_000, toId: 900_000_001, rules: 'all' })).toEqual({
      users: 0,
      unlocked: 0,
      points: 0,
    });
  });

  it('settles in one run the milestones that its points bring within reach', async () => {
    const userId = await platform.createUser();
    await platform.givePoints(userId, 2240);
    await platform.writePosts(userId, 1);
    expect(await check()).toEqual({ users: 1, unlocked: 7, points: 260 });
    expect(await platform.unlockedBy(userId)).toEqual([
      'first_post',
      'legend',
      'milestone_100',
      'milestone_1000',
      'milestone_250',
      'milestone_2500',
      'milestone_500',
    ]);
    expect(await check()).toEqual({ users: 1, unlocked: 0, points: 0 });
  });

  it('leaves nothing behind when it fails halfway, and does all of it the next time', async () => {
    const [ada, ben] = (await platform.createUsers(2)) as [number, number];
    await platform.writePosts(ada, 1);
    await platform.writePosts(ben, 1);

    await platform.withoutOutbox(() => expect(check()).rejects.toThrow('task_outbox'));
    expect(await platform.unlockedBy(ada)).toEqual([]);
    expect(await platform.ledgerOf(ben)).toEqual([]);

    expect(await check()).toEqual({ users: 2, unlocked: 2, points: 20 });
    expect((await announced()).mails).toHaveLength(2);
  });

  it('leaves out a user who is deleted while it runs, and does the others', async () => {
    const [ada, ben] = (await platform.createUsers(2)) as [number, number];
    await platform.writePosts(ada, 1);
    await platform.writePosts(ben, 1);

    const running = await platform.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('users').where('id', '=', ada).execute();
      const started = { result: check() };
      await expect.poll(platform.isSomeoneWaiting).toBe(true);
      return started;
    });

    expect(await running.result).toEqual({ users: 2, unlocked: 1, points: 10 });
    expect((await announced()).mails).toEqual([`${ben} First Post`]);
  });

  it('counts what another transaction gives a user while it waits for it', async () => {
    const userId = await platform.createUser();
    await platform.writePosts(userId, 1);

    const running = await platform.db.transaction().execute(async (trx) => {
      await trx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
      await trx.insertInto('points_ledger').values({ user_id: userId, points: 90, source: 'gift' }).execute();
      const started = { result: check() };
      await expect.poll(platform.isSomeoneWaiting).toBe(true);
      return started;
    });

    expect(await running.result).toEqual({ users: 1, unlocked: 2, points: 10 });
    expect(await platform.unlockedBy(userId)).toEqual(['first_post', 'milestone_100']);
  });

  it('does not hold up users who have earned nothing new', async () => {
    const userId = await platform.createUser();
    await platform.db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ name: 'Renamed' }).where('id', '=', userId).execute();
      expect(await check()).toEqual({ users: 1, unlocked: 0, points: 0 });
    });
  });

  it('tells of what is earned between two runs of one message, too', async () => {
    const [ada, ben] = (await platform.createUsers(2)) as [number, number];
    await platform.writePosts(ada, 1);
    await check();
    await platform.writePosts(ben, 1);
    await check();
    expect((await announced()).notifications).toEqual([`${ada} First Post`, `${ben} First Post`].sort());
  });

  it.each([
    [{}],
    [{ fromId: 1, toId: 2 }],
    [{ fromId: 1, toId: 2, rules: 'some' }],
    [{ fromId: 0, toId: 2, rules: 'all' }],
    [{ fromId: '1', toId: 2, rules: 'all' }],
  ])('refuses the arguments %j', async (args) => {
    await expect(checkAchievementsChunk(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
  });
});

describe('detect_milestone_achievements', () => {
  const detect = async () => (await runParent(detectMilestoneAchievements)).result;

  it('unlocks the milestones and legend, and nothing else', async () => {
    const [ada, ben] = (await platform.createUsers(2)) as [number, number];
    await platform.givePoints(ada, 1000);
    await platform.writePosts(ada, 1);
    await platform.writePosts(ben, 1);

    expect(await detect()).toEqual({ users: 2, unlocked: 5, points: 250, chunks: 1 });

    expect(await platform.unlockedBy(ada)).toEqual([
      'legend',
      'milestone_100',
      'milestone_1000',
      'milestone_250',
      'milestone_500',
    ]);
    expect(await platform.unlockedBy(ben)).toEqual([]);
  });

  it('settles in one run the milestone that the points of legend bring within reach', async () => {
    const userId = await platform.createUser();
    await platform.givePoints(userId, 2250);
    expect(await detect()).toMatchObject({ unlocked: 6, points: 250 });
    expect(await detect()).toMatchObject({ unlocked: 0, points: 0 });
  });

  it('unlocks once when it runs beside the check of all achievements', async () => {
    const userId = await platform.createUser();
    await platform.givePoints(userId, 95);
    await platform.writePosts(userId, 1);
    await checkAll();
    await Promise.all([detect(), checkAll(), detect()]);
    expect(await platform.unlockedBy(userId)).toEqual(['first_post', 'milestone_100']);
    expect((await announced()).mails).toHaveLength(2);
  });
});
