import { describe, expect, it } from 'vitest';
import { decideGrant, type Standing } from '#src/achievements/decide.js';
import { findRule } from '#src/achievements/find-rule.js';
import { ladderSteps, rankOf } from '#src/achievements/leaderboard.js';
import { progressOf, progressTo } from '#src/achievements/progress.js';
import { achievementDefinitions, type Metrics, pointRules } from '#src/achievements/rules.js';

const metrics: Metrics = {
  posts: 0,
  resumes: 0,
  enrollments: 0,
  coursesCompleted: 0,
  endorsementsGiven: 0,
  applications: 0,
  sessionsMentored: 0,
  likesReceived: 0,
  skills: 0,
};
const standing = ({
  counted = {},
  unlocked = [],
  points = 0,
}: {
  counted?: Partial<Metrics>;
  unlocked?: string[];
  points?: number;
}) => ({ metrics: { ...metrics, ...counted }, unlocked: new Set(unlocked), points }) satisfies Standing;
const keys = (rules: readonly { key: string }[]) => rules.map(({ key }) => key);

describe('progressOf', () => {
  it('puts what is nearest first', () => {
    const progress = progressOf(standing({ counted: { likesReceived: 50, skills: 9, applications: 4 }, points: 60 }));
    expect(progress.slice(0, 5).map(({ rule, current, threshold, percent }) => [rule.key, current, threshold, percent])).toEqual([
      ['skill_master', 9, 10, 90],
      ['milestone_100', 60, 100, 60],
      ['community_leader', 50, 100, 50],
      ['job_seeker', 4, 10, 40],
      ['milestone_250', 60, 250, 24],
    ]);
  });

  it('puts the easier of two first that are equally near', () => {
    expect(keys(progressOf(standing({})).map(({ rule }) => rule)).slice(0, 5)).toEqual([
      'first_post',
      'first_resume',
      'first_course',
      'course_completion',
      'skill_endorser',
    ]);
  });

  it('leaves out what is unlocked', () => {
    const unlocked = keys(achievementDefinitions).slice(1);
    expect(keys(progressOf(standing({ unlocked })).map(({ rule }) => rule))).toEqual(['first_post']);
  });

  it('reaches 100 percent at the threshold, not before and no more after', () => {
    const likes = findRule('community_leader');
    const percentAt = (likesReceived: number) =>
      progressTo({ ...likes, threshold: 300 }, standing({ counted: { likesReceived } }));
    expect(percentAt(299)).toMatchObject({ current: 299, percent: 99 });
    expect(percentAt(300)).toMatchObject({ current: 300, percent: 100 });
    expect(percentAt(5000)).toMatchObject({ current: 300, percent: 100 });
  });

  it('counts points below zero as none', () => {
    expect(progressTo(findRule('legend'), standing({ points: -5 }))).toMatchObject({ current: 0, percent: 0 });
  });
});

describe('decideGrant', () => {
  it('unlocks what is granted and what its points bring within reach', () => {
    const { unlock, points } = decideGrant(standing({ points: 900 }), findRule('mentor'));
    expect(keys(unlock)).toEqual(['mentor', 'milestone_100', 'milestone_250', 'milestone_500', 'legend', 'milestone_1000']);
    expect(points).toBe(1250);
  });

  it('unlocks nothing else that was earned', () => {
    expect(keys(decideGrant(standing({ counted: { posts: 1 } }), findRule('first_course')).unlock)).toEqual(['first_course']);
  });

  it('decides nothing for a user who has it', () => {
    const held = standing({ unlocked: ['mentor'], points: 100 });
    expect(decideGrant(held, findRule('mentor'))).toEqual({ unlock: [], points: 100 });
  });

  it.each(keys(pointRules))('grants %s once', (key) => {
    const { unlock } = decideGrant(standing({ points: 5000 }), findRule(key));
    expect(keys(unlock).filter((each) => each === key)).toEqual([key]);
    expect(new Set(keys(unlock))).toEqual(new Set(keys(pointRules)));
  });
});

describe('findRule', () => {
  it('finds each achievement', () => {
    for (const rule of achievementDefinitions) expect(findRule(rule.key)).toBe(rule);
  });

  it('names the one that was meant, and none when nothing is near', () => {
    expect(() => findRule('comunity_lader')).toThrow('There is no achievement "comunity_lader". Did you mean community_leader?');
    expect(() => findRule('xyz')).toThrow(/^There is no achievement "xyz"\.$/);
  });
});

describe('rankOf', () => {
  const ladder = [
    { rank: 1, points: 40 },
    { rank: 2, points: 30 },
    { rank: 4, points: 10 },
  ];
  it.each([
    [50, 1],
    [40, 1],
    [35, 2],
    [30, 2],
    [10, 4],
    [5, 5],
    [0, null],
    [-1, null],
  ])('%i points have rank %s', (points, rank) => {
    expect(rankOf(points, { ladder, ranked: 4 })).toBe(rank);
  });

  it('is the first one where nobody has points', () => {
    expect(rankOf(5, { ladder: [], ranked: 0 })).toBe(1);
  });

  it('is not known below a ladder that was cut', () => {
    const long = Array.from({ length: ladderSteps }, (_, index) => ({ rank: index + 1, points: 5000 - index }));
    expect(rankOf(100, { ladder: long, ranked: 9000 })).toBeNull();
  });
});
