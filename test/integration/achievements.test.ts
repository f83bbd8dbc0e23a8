import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standingsOf } from '#src/achievements/index.js';
import { lockUsers } from '#src/achievements/queries.js';
import { pointRules } from '#src/achievements/rules.js';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { now, type OpenAchievements, openAchievements } from '../support/achievements.js';

let platform: OpenAchievements;
let db: OpenAchievements['db'];
let { createUser, createUsers, givePoints, isSomeoneWaiting, ledgerOf, outbox, unlockedBy, withoutOutbox, writePosts } =
  {} as OpenAchievements;

beforeAll(async () => {
  platform = await openAchievements();
  ({ db, createUser, createUsers, givePoints, isSomeoneWaiting, ledgerOf, outbox, unlockedBy, withoutOutbox, writePosts } =
    platform);
});
afterAll(() => platform.close());

const enqueuedFor = async (userId: number) => (await outbox()).filter(({ args }) => args.userId === userId);

describe('check_user_achievements', () => {
  it('unlocks what is earned, gives its points, and enqueues a notification and a mail', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);

    expect(await checkUserAchievements({ userId })).toEqual({ userId, unlocked: ['first_post'], points: 10 });

    expect(await unlockedBy(userId)).toEqual(['first_post']);
    expect(await ledgerOf(userId)).toEqual([{ source: 'achievement:first_post', points: 10 }]);
    expect((await enqueuedFor(userId)).map(({ id, name, queue, args }) => ({ id, name, queue, args }))).toEqual([
      {
        id: `achievement-${userId}-first_post-notification`,
        name: 'tasks.notification_tasks.send_notification_async',
        queue: 'notification',
        args: {
          userId,
          notificationType: 'achievement',
          title: 'Achievement Unlocked!',
          message: 'You earned the "First Post" achievement',
        },
      },
      {
        id: `achievement-${userId}-first_post-email`,
        name: 'tasks.email_tasks.send_achievement_email',
        queue: 'email',
        args: { userId, achievementName: 'First Post', points: 10 },
      },
    ]);
  });

  it('dates what it unlocks by the clock it is given', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);
    await checkUserAchievements({ userId });
    const { unlocked_at } = await db
      .selectFrom('user_achievements')
      .select('unlocked_at')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    expect(unlocked_at).toEqual(now);
  });

  it('unlocks nothing for a user who has done nothing', async () => {
    const userId = await createUser();
    expect(await checkUserAchievements({ userId })).toEqual({ userId, unlocked: [], points: 0 });
    expect(await enqueuedFor(userId)).toEqual([]);
  });

  it('changes nothing and enqueues nothing when it runs again', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);
    await checkUserAchievements({ userId });

    expect(await checkUserAchievements({ userId })).toEqual({ userId, unlocked: [], points: 10 });
    expect(await ledgerOf(userId)).toHaveLength(1);
    expect(await enqueuedFor(userId)).toHaveLength(2);
  });

  it('gives points and tells the user once when five checks run at once', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);

    const results = await Promise.all(Array.from({ length: 5 }, () => checkUserAchievements({ userId })));

    expect(results.flatMap(({ unlocked }) => unlocked)).toEqual(['first_post']);
    expect(results.map(({ points }) => points)).toEqual([10, 10, 10, 10, 10]);
    expect(await ledgerOf(userId)).toEqual([{ source: 'achievement:first_post', points: 10 }]);
    expect(await enqueuedFor(userId)).toHaveLength(2);
  });

  it('waits for what another transaction is unlocking for the user, and counts its points', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);

    const check = await db.transaction().execute(async (trx) => {
      await lockUsers(trx, [userId]);
      await trx.insertInto('points_ledger').values({ user_id: userId, points: 90, source: 'gift' }).execute();
      const started = { result: checkUserAchievements({ userId }) };
      await expect.poll(isSomeoneWaiting).toBe(true);
      return started;
    });

    expect(await check.result).toEqual({ userId, unlocked: ['first_post', 'milestone_100'], points: 100 });
  });

  it('settles in one run the milestones that its points bring within reach', async () => {
    const userId = await createUser();
    await givePoints(userId, 2240);
    await writePosts(userId, 1);

    const { unlocked, points } = await checkUserAchievements({ userId });

    expect(points).toBe(2500);
    expect(unlocked).toEqual([
      'first_post',
      'milestone_100',
      'milestone_250',
      'milestone_500',
      'legend',
      'milestone_1000',
      'milestone_2500',
    ]);
    expect(await ledgerOf(userId)).toEqual([
      { source: 'gift', points: 2240 },
      { source: 'achievement:first_post', points: 10 },
      { source: 'achievement:legend', points: 250 },
    ]);
    expect(await checkUserAchievements({ userId })).toEqual({ userId, unlocked: [], points: 2500 });
  });

  it('leaves nothing behind when it fails halfway', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);
    await withoutOutbox(() => expect(checkUserAchievements({ userId })).rejects.toThrow('task_outbox'));
    expect(await unlockedBy(userId)).toEqual([]);
    expect(await ledgerOf(userId)).toEqual([]);
    expect(await checkUserAchievements({ userId })).toMatchObject({ unlocked: ['first_post'] });
  });

  it('fails for good for an unknown user', async () => {
    await expect(checkUserAchievements({ userId: 999_999_999 })).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
      permanent: true,
    });
  });

  it.each([[{}], [{ userId: 0 }], [{ userId: 1.5 }], [{ userId: '1' }], [{ userId: 1, more: true }]])(
    'refuses the arguments %j',
    async (args) => {
      await expect(checkUserAchievements(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    },
  );
});

describe('standingsOf', () => {
  it('counts each metric of each user, and only theirs', async () => {
    const [ada, ben, cleo] = (await createUsers(3)) as [number, number, number];
    const [post] = await writePosts(ada, 2);
    await writePosts(ben, 1);
    const { id: comment } = await db
      .insertInto('comments')
      .values({ post_id: post!, author_id: ada, body: 'A comment' })
      .returning('id')
      .executeTakeFirstOrThrow();
    // One's own likes don't count.
    await db
      .insertInto('likes')
      .values([
        { user_id: ben, post_id: post! },
        { user_id: cleo, post_id: post! },
        { user_id: ada, post_id: post! },
        { user_id: ben, comment_id: comment },
        { user_id: ada, comment_id: comment },
      ])
      .execute();
    const resume = { user_id: ada, file_name: 'a.pdf', content_type: 'application/pdf', size_bytes: 1, sha256: 'a'.repeat(64) };
    await db
      .insertInto('resumes')
      .values([
        { ...resume, storage_key: 'waiting' },
        { ...resume, storage_key: 'deleted', deleted_at: now },
        {
          ...resume,
          storage_key: 'unreadable',
          status: 'failed',
          failure_code: 'RESUME_CORRUPT',
          failure_message: 'It is damaged.',
        },
      ])
      .execute();
    const skills = await db
      .insertInto('skills')
      .values(['Knitting', 'Weaving'].map((name) => ({ name, slug: name.toLowerCase(), category: 'craft' })))
      .returning('id')
      .execute();
    await db
      .insertInto('user_skills')
      .values(skills.map(({ id }) => ({ user_id: ada, skill_id: id, proficiency: 3, source: 'manual' as const })))
      .execute();
    await db
      .insertInto('endorsements')
      .values(skills.map(({ id }) => ({ user_id: ada, skill_id: id, endorser_id: ben })))
      .execute();
    const courses = await db
      .insertInto('courses')
      .values(
        ['Looms', 'Yarn'].map(
          (title) => ({ title, provider: 'Guild', description: '-', level: 'entry', duration_hours: 3 }) as const,
        ),
      )
      .returning('id')
      .execute();
    await db
      .insertInto('enrollments')
      .values([
        { user_id: ada, course_id: courses[0]!.id, progress: 100, completed_at: now },
        { user_id: ada, course_id: courses[1]!.id },
      ])
      .execute();
    const { id: job } = await db
      .insertInto('jobs')
      .values({ title: 'Weaver', company: 'Mill', description: '-', location: 'Leeds', level: 'entry', type: 'full_time' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db.insertInto('job_applications').values({ user_id: ada, job_id: job }).execute();
    await db.insertInto('mentors').values({ user_id: ada, bio: '-' }).execute();
    const session = { mentor_id: ada, mentee_id: ben, topic: 'Looms', proposed_at: now };
    await db
      .insertInto('mentor_sessions')
      .values([session, { ...session, status: 'completed', completed_at: now }])
      .execute();
    await givePoints(ada, 7);
    await db.insertInto('user_achievements').values({ user_id: ada, achievement_key: 'mentor' }).execute();

    const standings = await standingsOf(db, [ada, ben, cleo, 999_999_999]);

    expect(standings.get(ada)).toEqual({
      metrics: {
        posts: 2,
        resumes: 1,
        enrollments: 2,
        coursesCompleted: 1,
        endorsementsGiven: 0,
        applications: 1,
        sessionsMentored: 1,
        likesReceived: 3,
        skills: 2,
      },
      unlocked: new Set(['mentor']),
      points: 7,
    });
    expect(standings.get(ben)).toMatchObject({ metrics: { posts: 1, endorsementsGiven: 2, likesReceived: 0 }, points: 0 });
    expect(standings.get(cleo)).toMatchObject({ metrics: { posts: 0 }, unlocked: new Set() });
  });

  it('counts only what the given rules ask for', async () => {
    const userId = await createUser();
    await writePosts(userId, 1);
    await givePoints(userId, 7);
    const standings = await standingsOf(db, [userId], pointRules);
    expect(standings.get(userId)).toMatchObject({ metrics: { posts: 0 }, points: 7 });
  });
});
