import type { Scored } from './best.js';
import { chanceFactor, freshnessFactor, levelFactor, placeFactor } from './factors.js';
import { findGaps } from './gaps.js';
import { createMatcher, type Query } from './matcher.js';
import type { Places } from './places.js';
import { invert, rarities } from './postings.js';
import { byPopularity, type Recommender } from './recommender.js';
import { rowOf } from './rows.js';
import { nameSkills, rankSkills } from './skill-lists.js';
import type { Snapshot } from './types.js';
import { jobReason, popularJobReason, similarJobReason } from './words.js';

/** The postings that are looked at for one user. */
const budget = 8000;

/** A skill that is welcome counts so much of one that is required. */
const welcomeShare = 0.75;

/** A job that asks for less than so many skills of the usual weight is treated as if it asked for that: little is easily covered. */
const fewSkills = 4;

/** A skill that all of the applied-for jobs ask for and the user lacks counts nearly so much of one the user has as an expert. */
const interestShare = 0.6;

export interface JobRecommender extends Recommender {
  /** Equal for the jobs of one company. */
  companyOf(row: number): number;
  /** The skills that these jobs ask for and the user lacks. */
  gaps(best: Scored[], held: Query): Query;
}

/**
 * Jobs by the share of the asked skills, by weight and rarity, that the user has or has shown an interest in by applying for others,
 * then by level, place, freshness and how few have applied.
 */
export function createJobRecommender({ jobs, skills }: Snapshot, places: Places): JobRecommender {
  const rowCount = jobs.ids.length;
  const shares = askedShares(jobs, skills.ids.length);
  const chances = Float32Array.from(jobs.applications, chanceFactor);
  const jobPlaces = places.number(jobs.locations);

  const companies = numberNames(jobs.companies);
  return {
    ids: jobs.ids,
    match: createMatcher(invert(jobs.skills, shares, skills.ids.length), rowCount, budget),
    query: ({ held, user }) => withInterests(held, user.appliedJobIds, jobs),
    barred: ({ appliedJobIds }) => appliedJobIds,
    isOpen: (row, now) => jobs.expiresAt[row]! > now,
    score: (row, sum, { level, place, now }) =>
      Math.min(1, sum) *
      chances[row]! *
      levelFactor(level, jobs.levels[row]!) *
      placeFactor(place, jobPlaces[row]!, jobs.remote[row] === 1) *
      freshnessFactor(now - jobs.postedAt[row]!),
    popular: byPopularity(rowCount, (row) => jobs.applications[row]!),
    describe(row, { held }, score) {
      const has = rankSkills(jobs.skills, row, (skill, entry) => (held.has(skill) ? shares[entry]! : 0));
      const lacks = rankSkills(jobs.skills, row, (skill, entry) => (held.has(skill) ? 0 : shares[entry]!));
      const matched = nameSkills(has, skills.names);
      const missing = nameSkills(lacks, skills.names);
      let reason = popularJobReason(jobs.applications[row]!);
      if (has.length > 0) reason = jobReason(matched, has.length, has.length + lacks.length);
      else if (score > 0) reason = similarJobReason(missing, lacks.length);
      return {
        title: jobs.titles[row]!,
        subtitle: `${jobs.companies[row]}, ${jobs.locations[row]}${jobs.remote[row] === 1 ? ' (remote)' : ''}`,
        reason,
        matched,
        missing,
      };
    },
    companyOf: (row) => companies[row]!,
    gaps: (best, held) => findGaps(jobs.skills, shares, best, held),
  };
}

/** What a user can do, and less what the open jobs ask for that the user applied for. */
function withInterests(held: Query, appliedJobIds: number[], { ids, skills: { starts, skills } }: Snapshot['jobs']): Query {
  const applied = appliedJobIds.map((id) => rowOf(ids, id)).filter((row) => row !== undefined);
  const interests = new Map(held);
  const one = interestShare / (applied.length + 2);
  for (const row of applied) {
    for (const skill of skills.subarray(starts[row]!, starts[row + 1]!)) {
      if (!held.has(skill)) interests.set(skill, (interests.get(skill) ?? 0) + one);
    }
  }
  return interests;
}

/** The same number for the same name, however it is written. */
function numberNames(names: string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(names, (name) => {
    const key = name.trim().toLowerCase();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The share of each entry in what its job asks for. The shares of a job add up to 1, or less when it asks for little. */
function askedShares({ skills, required }: Snapshot['jobs'], skillCount: number): Float32Array {
  const rarity = rarities(skills, skillCount);
  const shares = Float32Array.from(
    skills.weights,
    (weight, entry) => weight * rarity[skills.skills[entry]!]! * (required[entry] === 1 ? 1 : welcomeShare),
  );
  const usual = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  for (let row = 0; row + 1 < skills.starts.length; row += 1) {
    const own = shares.subarray(skills.starts[row]!, skills.starts[row + 1]!);
    const total = Math.max(
      own.reduce((sum, share) => sum + share, 0),
      fewSkills * usual,
    );
    for (let entry = 0; entry < own.length; entry += 1) own[entry]! /= total;
  }
  return shares;
}
