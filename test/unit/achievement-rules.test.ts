import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Standing } from '#src/achievements/decide.js';
import { achievementDefinitions, type Metric, type Metrics, type Rule } from '#src/achievements/rules.js';

const nothing: Metrics = {
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
const standing = (metrics: Partial<Metrics>, points = 0, unlocked: string[] = []): Standing => ({
  metrics: { ...nothing, ...metrics },
  unlocked: new Set(unlocked),
  points,
});
const keys = (rules: readonly Rule[]) => rules.map(({ key }) => key);

describe('the achievements', () => {
  it.each([
    ['first_post', 10, 'common', 'posts', 1],
    ['first_resume', 15, 'common', 'resumes', 1],
    ['first_course', 20, 'common', 'enrollments', 1],
    ['course_completion', 50, 'rare', 'coursesCompleted', 1],
    ['skill_endorser', 25, 'rare', 'endorsementsGiven', 5],
    ['job_seeker', 30, 'rare', 'applications', 10],
    ['mentor', 100, 'epic', 'sessionsMentored', 5],
    ['community_leader', 75, 'epic', 'likesReceived', 100],
    ['skill_master', 60, 'epic', 'skills', 10],
  ] as const)('%s gives %i points and is %s: %s reach %i', (key, points, rarity, metric, threshold) => {
    expect(achievementDefinitions.find((rule) => rule.key === key)).toMatchObject({ points, rarity, metric, threshold });
    expect(decide(standing({ [metric]: threshold - 1 })).unlock).toEqual([]);
    const { unlock, points: total } = decide(standing({ [metric]: threshold }));
    expect(unlock[0]).toMatchObject({ key });
    expect(total).toBe(points);
  });

  it('legend gives 250 points at 1000, and the milestones give none', () => {
    const byPoints = achievementDefinitions.filter(({ metric }) => metric === 'points');
    expect(byPoints.map(({ key, threshold, points }) => [key, threshold, points])).toEqual([
      ['legend', 1000, 250],
      ['milestone_100', 100, 0],
      ['milestone_250', 250, 0],
      ['milestone_500', 500, 0],
      ['milestone_1000', 1000, 0],
      ['milestone_2500', 2500, 0],
    ]);
  });

  it('have keys that occur once', () => {
    expect(new Set(keys(achievementDefinitions)).size).toBe(achievementDefinitions.length);
  });
});

describe('decide', () => {
  it('unlocks nothing for a user who has done nothing', () => {
    expect(decide(standing({}))).toEqual({ unlock: [], points: 0 });
  });

  it('leaves alone what is unlocked already', () => {
    expect(decide(standing({ posts: 3 }, 10, ['first_post']))).toEqual({ unlock: [], points: 10 });
  });

  it('settles a milestone that the points of the same run bring within reach', () => {
    const { unlock, points } = decide(standing({ sessionsMentored: 5 }));
    expect(keys(unlock)).toEqual(['mentor', 'milestone_100']);
    expect(points).toBe(100);
  });

  it('settles a milestone that legend brings within reach', () => {
    const { unlock, points } = decide(standing({}, 2250, ['milestone_100', 'milestone_250', 'milestone_500']));
    expect(keys(unlock)).toEqual(['legend', 'milestone_1000', 'milestone_2500']);
    expect(points).toBe(2500);
  });

  it('does not count an achievement’s points before it is earned', () => {
    expect(keys(decide(standing({}, 999)).unlock)).not.toContain('legend');
  });

  const metric = fc.constantFrom<Metric>('posts', 'skills', 'points');
  const rules = fc.uniqueArray(
    fc.record({
      key: fc.string({ minLength: 1, maxLength: 3 }),
      name: fc.constant('Name'),
      description: fc.constant('Description'),
      points: fc.nat(50),
      rarity: fc.constant('common' as const),
      metric,
      threshold: fc.integer({ min: 1, max: 100 }),
    }),
    { selector: ({ key }) => key, maxLength: 12 },
  );
  const users = fc.record({ posts: fc.nat(120), skills: fc.nat(120), points: fc.nat(120) });
  const reached = (rule: Rule, metrics: Metrics, points: number) =>
    (rule.metric === 'points' ? points : metrics[rule.metric]) >= rule.threshold;

  it('unlocks exactly what the least fixed point of the rules holds', () => {
    fc.assert(
      fc.property(rules, users, fc.array(fc.nat(11)), (given, { points, ...metrics }, held) => {
        const user = standing(
          metrics,
          points,
          held.flatMap((at) => given[at]?.key ?? []),
        );
        const expected = new Set<string>();
        let total = points;
        for (let next: Rule | undefined; ; ) {
          next = given.find(
            (rule) => !expected.has(rule.key) && !user.unlocked.has(rule.key) && reached(rule, user.metrics, total),
          );
          if (!next) break;
          expected.add(next.key);
          total += next.points;
        }
        const decision = decide(user, given);
        expect(new Set(keys(decision.unlock))).toEqual(expected);
        expect(decision.unlock).toHaveLength(expected.size);
        expect(decision.points).toBe(total);
      }),
    );
  });

  it('never unlocks below the threshold', () => {
    fc.assert(
      fc.property(rules, users, (given, { points, ...metrics }) => {
        const user = standing(metrics, points);
        let total = points;
        for (const rule of decide(user, given).unlock) {
          expect(reached(rule, user.metrics, total)).toBe(true);
          total += rule.points;
        }
      }),
    );
  });

  it('decides nothing more once its decision has been carried out', () => {
    fc.assert(
      fc.property(rules, users, (given, { points, ...metrics }) => {
        const first = decide(standing(metrics, points), given);
        expect(decide(standing(metrics, first.points, keys(first.unlock)), given)).toEqual({ unlock: [], points: first.points });
      }),
    );
  });

  it('does not depend on the order of the rules', () => {
    const shuffled = rules.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, users, ([given, other], { points, ...metrics }) => {
        const one = decide(standing(metrics, points), given);
        const two = decide(standing(metrics, points), other);
        expect(new Set(keys(two.unlock))).toEqual(new Set(keys(one.unlock)));
        expect(two.points).toBe(one.points);
      }),
    );
  });
});
