import { createBest, type Scored } from './best.js';
import type { RecommendationIndex } from './create-index.js';
import type { Recommender, Seeker } from './recommender.js';
import { rowOf } from './rows.js';
import { spread } from './spread.js';
import { type Kind, kinds, type Limits, levels, type Recommendations, type UserFacts, unknownLevel } from './types.js';

/** So many of the best jobs tell what a user lacks. */
const tellingJobs = 20;

/** At most so many jobs of a list are at one company, unless others are too few. So many times as many are looked at to find others. */
const companySize = 3;
const reserve = 5;

/** What a skill of a beginner counts of one of an expert. */
const leastDegree = 0.7;

/** Scores are kept to so many decimal places. */
const scoreScale = 10_000;

/**
 * Recommends to a user the kinds that `limits` names, each as many items as it says or as there are, the best first. A user whom nothing
 * matches gets what is popular. The same user, index and time always give the same, whichever other kinds are asked for.
 */
export function recommend(index: RecommendationIndex, user: UserFacts, limits: Limits, now: Date): Recommendations {
  const { recommenders } = index;
  const { jobs } = recommenders;
  const asked = createSeeker(index, user, now);
  const bestJobs = rank('jobs', jobs, asked, Math.max(tellingJobs, (limits.jobs ?? 0) * reserve));
  const seeker = { ...asked, gaps: jobs.gaps(bestJobs.slice(0, tellingJobs), asked.held) };

  const recommended: Recommendations = {};
  for (const kind of kinds) {
    const limit = limits[kind];
    if (limit === undefined) continue;
    const recommender = recommenders[kind];
    const matching =
      kind === 'jobs' ? spread(bestJobs, jobs.companyOf, companySize, limit) : rank(kind, recommender, seeker, limit);
    const chosen = matching.length > 0 ? matching : findPopular(kind, recommender, seeker, limit);
    recommended[kind] = chosen.map(({ row, score }) => ({
      id: recommender.ids[row]!,
      ...recommender.describe(row, seeker, score),
      score: Math.round(score * scoreScale) / scoreScale,
    }));
  }
  return recommended;
}

function createSeeker({ skillIds, places }: RecommendationIndex, user: UserFacts, now: Date): Seeker {
  const held = new Map<number, number>();
  for (const { skillId, proficiency } of user.skills) {
    const skill = rowOf(skillIds, skillId);
    if (skill !== undefined) held.set(skill, leastDegree + ((1 - leastDegree) * (proficiency - 1)) / 4);
  }
  const level = user.level === null ? unknownLevel : levels.indexOf(user.level);
  return { user, level, place: places.find(user.location), now: now.getTime(), held, gaps: new Map() };
}

/** The `size` rows that suit best of those that match, the best first. */
function rank(kind: Kind, recommender: Recommender, seeker: Seeker, size: number): Scored[] {
  const isOffered = offers(kind, recommender, seeker);
  const { count, rows, sums } = recommender.match(recommender.query(seeker), recommender.near?.(seeker));
  const best = createBest(size);
  for (let at = 0; at < count; at += 1) {
    const row = rows[at]!;
    const sum = sums[row]!;
    // A score is no higher than the match, so most rows need none.
    if (sum < best.least() || !isOffered(row)) continue;
    const score = recommender.score(row, sum, seeker);
    if (score > 0) best.add(row, score);
  }
  return best.list();
}

function findPopular(kind: Kind, recommender: Recommender, seeker: Seeker, limit: number): Scored[] {
  const isOffered = offers(kind, recommender, seeker);
  const chosen: Scored[] = [];
  for (const row of recommender.popular) {
    if (chosen.length === limit) break;
    if (isOffered(row)) chosen.push({ row, score: 0 });
  }
  return chosen;
}

/** Tells whether a user may be offered a row. */
function offers(kind: Kind, { ids, barred, isOpen }: Recommender, { user, now }: Seeker): (row: number) => boolean {
  const never = new Set<number>();
  for (const id of [...barred(user), ...(user.dismissed[kind] ?? [])]) {
    const row = rowOf(ids, id);
    if (row !== undefined) never.add(row);
  }
  return (row) => !never.has(row) && isOpen(row, now);
}
