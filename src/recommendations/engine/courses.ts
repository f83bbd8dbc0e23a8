import { levelFactor, ratingFactor } from './factors.js';
import { createMatcher } from './matcher.js';
import { invert } from './postings.js';
import { byPopularity, type Recommender } from './recommender.js';
import { nameSkills, rankSkills } from './skill-lists.js';
import type { Snapshot } from './types.js';
import { courseReason, popularCourseReason } from './words.js';

/** The postings that are looked at for one user. */
const budget = 4000;

/** Courses by how much they teach of what the user's best jobs ask for and the user lacks, then by level and rating. */
export function createCourseRecommender({ courses, skills }: Snapshot): Recommender {
  const rowCount = courses.ids.length;
  return {
    ids: courses.ids,
    match: createMatcher(invert(courses.skills, courses.skills.weights, skills.ids.length), rowCount, budget),
    query: ({ gaps }) => gaps,
    barred: ({ enrolledCourseIds }) => enrolledCourseIds,
    isOpen: () => true,
    score: (row, sum, { level }) =>
      Math.min(1, sum) *
      levelFactor(level, courses.levels[row]!) *
      ratingFactor(courses.ratings[row]!, courses.ratingCounts[row]!),
    popular: byPopularity(rowCount, (row) => courses.enrollments[row]!),
    describe(row, { gaps }) {
      const closed = rankSkills(courses.skills, row, (skill) => gaps.get(skill) ?? 0);
      const matched = nameSkills(closed, skills.names);
      return {
        title: courses.titles[row]!,
        subtitle: courses.providers[row]!,
        reason: closed.length > 0 ? courseReason(matched, closed.length) : popularCourseReason(courses.enrollments[row]!),
        matched,
        missing: [],
      };
    },
  };
}
