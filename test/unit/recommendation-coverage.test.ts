import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIndex, recommend } from '#src/recommendations/engine/index.js';
import { createMatcher } from '#src/recommendations/engine/matcher.js';
import { invert } from '#src/recommendations/engine/postings.js';
import { now, snapshotOf, userWith } from '../support/snapshot.js';

const skills = Array.from({ length: 8 }, (_, row) => `skill ${row + 1}`);
const someSkills = fc.dictionary(fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'), fc.integer({ min: 1, max: 5 }), {
  minKeys: 1,
});
const asked = fc.record({ asks: someSkills, welcome: fc.uniqueArray(fc.integer({ min: 1, max: 8 })) });

/** The share of a job's skills that a user has, written down as it is defined, without an index. */
function coverage(
  job: { asks: Record<string, number>; welcome: number[] },
  jobs: { asks: object; welcome: number[] }[],
  held: Record<string, number>,
) {
  const rarity = (id: string) => Math.log(1 + jobs.length / jobs.filter(({ asks }) => id in asks).length);
  const importance = ({ asks, welcome }: { asks: object; welcome: number[] }) =>
    Object.entries(asks).map(([id, weight]: [string, number]) => ({
      id,
      weight: weight * rarity(id) * (welcome.includes(Number(id)) ? 0.75 : 1),
    }));
  const sum = (entries: { weight: number }[]) => entries.reduce((total, { weight }) => total + weight, 0);
  const all = jobs.flatMap(importance);
  const own = importance(job);
  const has = own.map(({ id, weight }) => ({ weight: weight * (id in held ? 0.7 + 0.075 * (held[id]! - 1) : 0) }));
  return sum(has) / Math.max(sum(own), (4 * sum(all)) / all.length);
}

it('jobs score by the covered share of what they ask for, as a slow computation finds it', () => {
  fc.assert(
    fc.property(fc.array(asked, { minLength: 1, maxLength: 12 }), someSkills, (about, held) => {
      const jobs = about.map((job) => ({ ...job, level: 'mid' as const, remote: true }));
      const { jobs: items } = recommend(
        createIndex(snapshotOf({ skills, jobs })),
        userWith(held, { level: 'mid' }),
        { jobs: 100 },
        now,
      );
      const expected = jobs.map((job) => coverage(job, jobs, held)).filter((share) => share > 0);
      if (expected.length === 0) {
        expect(items!.every(({ score }) => score === 0)).toBe(true);
        return;
      }
      const sorted = expected.toSorted((one, other) => other - one);
      expect(items).toHaveLength(sorted.length);
      for (const [place, { score }] of items!.entries()) expect(score).toBeCloseTo(sorted[place]!, 3);
    }),
  );
});

/** 1,000 rows that all have skill 0; every tenth has skill 1 too. */
function createRows() {
  const rows = Array.from({ length: 1000 }, (_, row) => (row % 10 === 0 ? [0, 1] : [0]));
  const starts = Uint32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
  const lists = { starts, skills: Uint32Array.from(rows.flat()), weights: new Float32Array(rows.flat().length).fill(1) };
  return invert(lists, lists.weights, 2);
}
const both = new Map([
  [0, 0.5],
  [1, 0.5],
]);

it('a match looks at no more rows than its budget, at all that have a rare skill, and else at the newest', () => {
  const { count, rows, sums } = createMatcher(createRows(), 1000, 300)(both);
  const found = [...rows.subarray(0, count)];
  expect(found.filter((row) => row % 10 === 0)).toHaveLength(100);
  const others = found.filter((row) => row % 10 !== 0).sort((one, other) => one - other);
  expect(others).toHaveLength(180);
  expect(others[0]).toBeGreaterThanOrEqual(800);
  expect([sums[990], sums[0], sums[991], sums[1]]).toEqual([1, 0.5, 0.5, 0]);
});

it('users who have a usual skill get each other people: those who follow them', () => {
  const match = createMatcher(createRows(), 1000, 10);
  const near = (row: number) => {
    const { count, rows } = match(new Map([[0, 1]]), row);
    return [...rows.subarray(0, count)];
  };
  expect(near(4)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(near(995)).toEqual([996, 997, 998, 999, 0, 1, 2, 3, 4, 5]);
});
