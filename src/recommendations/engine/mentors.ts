import { mentorLevelFactor, ratingFactor } from './factors.js';
import { createMatcher, type Query } from './matcher.js';
import { invert, rarities } from './postings.js';
import { byPopularity, type Recommender } from './recommender.js';
import { nameSkills, rankSkills } from './skill-lists.js';
import type { Snapshot } from './types.js';
import { mentorReason, popularMentorReason } from './words.js';

/** The postings that are looked at for one user. */
const budget = 4000;

/** A rating is the mean of a mentor's sessions, whose number is not known. */
const assumedRatings = 10;

/** So much of a match is what a mentor knows of the gaps. The rest is what both know: whoever works in the same field. */
const gapShare = 0.4;

/** How many skills in common, the rarest, make the most of the rest. */
const mainSkills = 5;

/** Mentors by how much they know of what the user's best jobs ask for and the user lacks, then by field, level and rating. */
export function createMentorRecommender({ mentors, skills }: Snapshot): Recommender {
  const rowCount = mentors.ids.length;
  const rarity = rarities(mentors.skills, skills.ids.length);
  const knowsAny = (row: number, gaps: Query) => rankSkills(mentors.skills, row, (skill) => gaps.get(skill) ?? 0).length > 0;
  const rating = (row: number) => ratingFactor(mentors.ratings[row]!, assumedRatings);
  return {
    ids: mentors.ids,
    match: createMatcher(invert(mentors.skills, mentors.skills.weights, skills.ids.length), rowCount, budget),
    query({ gaps, held }) {
      const common = [...held.keys()].map((skill): [number, number] => [skill, rarity[skill]!]);
      const most = common
        .map(([, weight]) => weight)
        .sort((one, other) => other - one)
        .slice(0, mainSkills);
      const total = most.reduce((sum, weight) => sum + weight, 0);
      return new Map([
        ...common.map(([skill, weight]): [number, number] => [skill, ((1 - gapShare) * weight) / total]),
        ...[...gaps].map(([skill, weight]): [number, number] => [skill, gapShare * weight]),
      ]);
    },
    barred: ({ userId, mentorIds }) => [userId, ...mentorIds],
    isOpen: (row) => mentors.free[row]! > 0,
    score: (row, sum, { level, gaps }) =>
      !knowsAny(row, gaps) ? 0 : Math.min(1, sum) * mentorLevelFactor(level, mentors.levels[row]!) * rating(row),
    popular: byPopularity(rowCount, rating),
    describe(row, { gaps }) {
      const known = rankSkills(mentors.skills, row, (skill) => gaps.get(skill) ?? 0);
      const matched = nameSkills(known, skills.names);
      return {
        title: mentors.names[row]!,
        subtitle: mentors.headlines[row]!,
        reason:
          known.length > 0
            ? mentorReason(matched, known.length, mentors.ratings[row]!)
            : popularMentorReason(mentors.ratings[row]!),
        matched,
        missing: [],
      };
    },
  };
}
