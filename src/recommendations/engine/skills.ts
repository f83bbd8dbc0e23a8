import { associate } from './association.js';
import { createMatcher } from './matcher.js';
import { countRows } from './postings.js';
import { byPopularity, type Recommender } from './recommender.js';
import { nameSkills } from './skill-lists.js';
import type { Snapshot } from './types.js';
import { popularSkillReason, skillReason } from './words.js';

/** The postings that are looked at for one user. */
const budget = 4000;

/** Skills that open jobs ask for together with those that the user has, then those in demand. */
export function createSkillRecommender({ skills, jobs }: Snapshot): Recommender {
  const rowCount = skills.ids.length;
  const demand = countRows(jobs.skills, rowCount);
  const highest = Math.log1p(demand.reduce((most, count) => Math.max(most, count), 1));
  const neighbours = associate(jobs.skills, rowCount);
  const tie = (held: number, skill: number) => {
    for (let at = neighbours.starts[held]!; at < neighbours.starts[held + 1]!; at += 1) {
      if (neighbours.rows[at] === skill) return neighbours.weights[at]!;
    }
    return 0;
  };
  return {
    ids: skills.ids,
    match: createMatcher(neighbours, rowCount, budget),
    query: ({ held }) => held,
    barred: ({ skills: held }) => held.map(({ skillId }) => skillId),
    isOpen: () => true,
    // What several held skills speak for adds up, but never to more than 1.
    score: (row, sum) => (1 - Math.exp(-sum)) * (0.7 + (0.3 * Math.log1p(demand[row]!)) / highest),
    popular: byPopularity(rowCount, (row) => demand[row]!),
    describe(row, { held }) {
      const ties = [...held].map(([skill, degree]) => ({ skill, weight: degree * tie(skill, row) }));
      const beside = ties
        .filter(({ weight }) => weight > 0)
        .sort((one, other) => other.weight - one.weight || one.skill - other.skill);
      const matched = nameSkills(
        beside.map(({ skill }) => skill),
        skills.names,
      );
      return {
        title: skills.names[row]!,
        subtitle: skills.categories[row]!,
        reason: beside.length > 0 ? skillReason(matched, beside.length, demand[row]!) : popularSkillReason(demand[row]!),
        matched,
        missing: [],
      };
    },
  };
}
