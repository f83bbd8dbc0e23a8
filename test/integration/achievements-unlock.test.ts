import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkUserAchievements, unlockAchievementAsync } from '#src/tasks/achievements.js';
import { type OpenAchievements, openAchievements } from '../support/achievements.js';

let platform: OpenAchievements;
beforeAll(async () => {
  platform = await openAchievements();
});
afterAll(() => platform.close());

const enqueuedFor = async (userId: number) => {
  const messages = await platform.outbox();
  return messages.filter(({ args }) => args.userId === userId).map(({ id }) => id);
};

describe('unlock_achievement_async', () => {
  it('unlocks an achievement that was not earned, gives its points, and enqueues a notification and a mail', async () => {
    const userId = await platform.createUser();

    const result = await unlockAchievementAsync({ userId, achievementKey: 'first_post' });

    expect(result).toEqual({ userId, unlocked: ['first_post'], points: 10 });
    expect(await platform.unlockedBy(userId)).toEqual(['first_post']);
    expect(await platform.ledgerOf(userId)).toEqual([{ source: 'achievement:first_post', points: 10 }]);
    expect(await enqueuedFor(userId)).toEqual([
      `achievement-${userId}-first_post-notification`,
      `achievement-${userId}-first_post-email`,
    ]);
  });

  it('settles in the same run the milestones that its points bring within reach', async () => {
    const userId = await platform.createUser();
    await platform.givePoints(userId, 900);

    const result = await unlockAchievementAsync({ userId, achievementKey: 'mentor' });

    expect(result).toEqual({
      userId,
      unlocked: ['mentor', 'milestone_100', 'milestone_250', 'milestone_500', 'legend', 'milestone_1000'],
      points: 1250,
    });
    expect(await enqueuedFor(userId)).toHaveLength(12);
    expect(await checkUserAchievements({ userId })).toEqual({ userId, unlocked: [], points: 1250 });
  });

  it('unlocks a milestone that is out of reach, without points', async () => {
    const userId = await platform.createUser();
    const result = await unlockAchievementAsync({ userId, achievementKey: 'milestone_500' });
    expect(result).toEqual({ userId, unlocked: ['milestone_500'], points: 0 });
    expect(await platform.ledgerOf(userId)).toEqual([]);
  });

  it('leaves alone what was earned and not checked yet', async () => {
    const userId = await platform.createUser();
    await platform.writePosts(userId, 1);
    expect(await unlockAchievementAsync({ userId, achievementKey: 'first_course' })).toMatchObject({
      unlocked: ['first_course'],
    });
  });

  it('is skipped, and gives and tells nothing, when the user has it already', async () => {
    const userId = await platform.createUser();
    await unlockAchievementAsync({ userId, achievementKey: 'first_post' });

    expect(await unlockAchievementAsync({ userId, achievementKey: 'first_post' })).toEqual({
      userId,
      unlocked: [],
      points: 10,
      skipped: 'already unlocked',
    });
    expect(await platform.ledgerOf(userId)).toHaveLength(1);
    expect(await enqueuedFor(userId)).toHaveLength(2);
  });

  it('gives points and tells the user once when five run at once', async () => {
    const userId = await platform.createUser();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => unlockAchievementAsync({ userId, achievementKey: 'mentor' })),
    );
    expect(results.filter(({ skipped }) => !skipped).map(({ unlocked }) => unlocked)).toEqual([['mentor', 'milestone_100']]);
    expect(await platform.ledgerOf(userId)).toEqual([{ source: 'achievement:mentor', points: 100 }]);
    expect(await enqueuedFor(userId)).toHaveLength(4);
  });

  it('does it once when a check runs at the same time', async () => {
    const userId = await platform.createUser();
    await platform.writePosts(userId, 1);
    const results = await Promise.all([
      unlockAchievementAsync({ userId, achievementKey: 'first_post' }),
      checkUserAchievements({ userId }),
    ]);
    expect(results.flatMap(({ unlocked }) => unlocked)).toEqual(['first_post']);
    expect(await platform.ledgerOf(userId)).toHaveLength(1);
    expect(await enqueuedFor(userId)).toHaveLength(2);
  });

  it('leaves nothing behind when it fails halfway, and does all of it the next time', async () => {
    const userId = await platform.createUser();
    const unlock = () => unlockAchievementAsync({ userId, achievementKey: 'mentor' });
    await platform.withoutOutbox(() => expect(unlock()).rejects.toThrow('task_outbox'));
    expect(await platform.unlockedBy(userId)).toEqual([]);
    expect(await platform.ledgerOf(userId)).toEqual([]);
    expect(await unlock()).toMatchObject({ unlocked: ['mentor', 'milestone_100'] });
  });

  it('fails for good for an unknown key, and names the one that was meant', async () => {
    const userId = await platform.createUser();
    await expect(unlockAchievementAsync({ userId, achievementKey: 'frist_post' })).rejects.toMatchObject({
      code: 'ACHIEVEMENT_UNKNOWN',
      permanent: true,
      message: 'There is no achievement "frist_post". Did you mean first_post?',
    });
  });

  it('fails for good for an unknown user', async () => {
    await expect(unlockAchievementAsync({ userId: 999_999_999, achievementKey: 'mentor' })).rejects.toMatchObject({
      code: 'USER_NOT_FOUND',
      permanent: true,
    });
  });

  it.each([[{}], [{ userId: 1 }], [{ userId: 1, achievementKey: '' }], [{ userId: -1, achievementKey: 'mentor' }]])(
    'refuses the arguments %j',
    async (args) => {
      await expect(unlockAchievementAsync(args as never)).rejects.toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    },
  );
});
