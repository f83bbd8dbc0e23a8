import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIndex, type Item, kinds, levels, recommend, type UserFacts } from '#src/recommendations/engine/index.js';
import { now, type Platform, snapshotOf } from '../support/snapshot.js';

const skillCount = 12;
const ids = (most: number) => fc.uniqueArray(fc.integer({ min: 1, max: most }), { maxLength: 6 });
const skillIds = fc.uniqueArray(fc.integer({ min: 1, max: skillCount }), { minLength: 1, maxLength: 6 });
const skills = skillIds.chain((chosen) =>
  fc
    .tuple(...chosen.map((id) => fc.integer({ min: 1, max: 5 }).map((weight): [number, number] => [id, weight])))
    .map(Object.fromEntries),
);
const level = fc.constantFrom(...levels);
const location = fc.constantFrom('', 'Leeds', 'leeds, UK', 'York');
const count = fc.nat({ max: 5 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const defined = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as T;
const rows = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }, most: number) =>
  fc.array((fc.record(shape) as unknown as fc.Arbitrary<T>).map(defined), { maxLength: most });
const date = fc.integer({ min: -40, max: 40 }).map((days) => new Date(now.getTime() + days * 86_400_000));

const platform = fc.record({
  skills: fc.constant(Array.from({ length: skillCount }, (_, row) => `skill ${row + 1}`)),
  jobs: rows(
    {
      company: fc.constantFrom('Acme', 'acme ', 'Initech', 'Umbrella'),
      location,
      remote: fc.boolean(),
      level,
      posted: date,
      expires: maybe(date),
      applications: count,
      asks: skills,
      welcome: skillIds,
    },
    20,
  ),
  courses: rows(
    { level, rating: maybe(fc.integer({ min: 1, max: 5 })), ratings: count, enrollments: count, teaches: skillIds },
    10,
  ),
  mentors: rows(
    { level, rating: maybe(fc.integer({ min: 1, max: 5 })), free: fc.integer({ min: -1, max: 2 }), knows: skillIds },
    10,
  ),
  people: rows({ location, connections: count, can: skills }, 20),
}) as unknown as fc.Arbitrary<Required<Platform>>;

const facts: fc.Arbitrary<UserFacts> = fc.record({
  userId: fc.integer({ min: 1, max: 25 }),
  level: fc.option(level),
  location: fc.option(location),
  // Some of the skills are not in the snapshot.
  skills: fc.uniqueArray(
    fc.record({ skillId: fc.integer({ min: 1, max: skillCount + 3 }), proficiency: fc.integer({ min: 1, max: 5 }) }),
    {
      selector: ({ skillId }) => skillId,
      maxLength: 8,
    },
  ),
  appliedJobIds: ids(25),
  enrolledCourseIds: ids(12),
  mentorIds: ids(12),
  connectedIds: ids(25),
  dismissed: fc.record(
    { jobs: ids(20), courses: ids(10), mentors: ids(10), skills: ids(12), connections: ids(20) },
    { requiredKeys: [] },
  ),
});
const limit = fc.integer({ min: 1, max: 15 });

/** Checks something for every platform, user and limit. */
function always(
  check: (about: {
    given: Required<Platform>;
    user: UserFacts;
    limit: number;
    of: (kind: (typeof kinds)[number]) => Item[];
  }) => void,
) {
  fc.assert(
    fc.property(platform, facts, limit, (given, user, limit) => {
      const limits = Object.fromEntries(kinds.map((kind) => [kind, limit]));
      const recommended = recommend(createIndex(snapshotOf(given)), user, limits, now);
      check({ given, user, limit, of: (kind) => recommended[kind]! });
    }),
  );
}
const idsOf = (items: Item[]) => items.map(({ id }) => id);
const none = (items: Item[], never: number[]) => expect(idsOf(items).filter((id) => never.includes(id))).toEqual([]);

describe('whatever the platform and the user', () => {
  it('a job that the user applied for is never recommended, nor one that is over', () => {
    always(({ given, user, of }) => {
      none(of('jobs'), user.appliedJobIds);
      for (const { id } of of('jobs'))
        expect(given.jobs[id - 1]!.expires?.getTime() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now.getTime());
    });
  });

  it('a course that the user enrolled in is never recommended', () => {
    always(({ user, of }) => none(of('courses'), user.enrolledCourseIds));
  });

  it('a mentor is never the user, nor the user’s already, and has time', () => {
    always(({ given, user, of }) => {
      none(of('mentors'), [user.userId, ...user.mentorIds]);
      for (const { id } of of('mentors')) expect(given.mentors[id - 1]!.free).toBeGreaterThan(0);
    });
  });

  it('a skill is never held already', () => {
    always(({ user, of }) =>
      none(
        of('skills'),
        user.skills.map(({ skillId }) => skillId),
      ),
    );
  });

  it('a connection is never the user, nor connected already', () => {
    always(({ user, of }) => none(of('connections'), [user.userId, ...user.connectedIds]));
  });

  it('what was dismissed never comes back', () => {
    always(({ user, of }) => {
      for (const kind of kinds) none(of(kind), user.dismissed[kind] ?? []);
    });
  });

  it('lists keep the limit, go from the best down, name nothing twice and have scores from 0 to 1', () => {
    always(({ limit, of }) => {
      for (const items of kinds.map(of)) {
        expect(items.length).toBeLessThanOrEqual(limit);
        expect(new Set(idsOf(items)).size).toBe(items.length);
        const scores = items.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((one, other) => other - one));
        for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
      }
    });
  });

  it('each item says what it is and why, and can be stored', () => {
    always(({ of }) => {
      for (const item of kinds.flatMap(of)) {
        expect(item).toEqual(JSON.parse(JSON.stringify(item)));
        expect(item.title && item.reason).not.toBe('');
        expect(item.matched.length).toBeLessThanOrEqual(5);
        expect(item.reason).not.toMatch(/undefined|NaN/);
      }
    });
  });

  it('nobody gets nothing while there is something: a list is empty only when all of it is barred', () => {
    always(({ given, user, of }) => {
      const barred = new Set([...user.appliedJobIds, ...(user.dismissed.jobs ?? [])]);
      const left = given.jobs.filter(({ expires }, row) => !(expires && expires <= now) && !barred.has(row + 1));
      expect(of('jobs').length > 0).toBe(left.length > 0);
    });
  });

  it('the answer is the same again, and for one kind the same as for all', () => {
    always(({ given, user, limit, of }) => {
      const index = createIndex(snapshotOf(given));
      recommend(index, { ...user, userId: 999, skills: [{ skillId: 1, proficiency: 5 }] }, { jobs: 3, connections: 2 }, now);
      for (const kind of kinds) expect(recommend(index, user, { [kind]: limit }, now)).toEqual({ [kind]: of(kind) });
    });
  });
});
