import { createMatcher } from './matcher.js';
import type { Places } from './places.js';
import { invert, rarities } from './postings.js';
import { byPopularity, type Recommender } from './recommender.js';
import { rowAtOrAfter } from './rows.js';
import { nameSkills, rankSkills } from './skill-lists.js';
import type { Snapshot } from './types.js';
import { connectionReason, popularConnectionReason } from './words.js';

/** The postings that are looked at for one user. */
const budget = 4000;

const farAway = 0.85;

/** People by how alike their skills are to the user's: the cosine between them, in which rare skills count most. Then by place. */
export function createConnectionRecommender({ people, skills }: Snapshot, places: Places): Recommender {
  const rowCount = people.ids.length;
  const rarity = rarities(people.skills, skills.ids.length);
  const personPlaces = places.number(people.locations);
  const match = createMatcher(invert(people.skills, directions(people.skills, rarity), skills.ids.length), rowCount, budget);
  return {
    ids: people.ids,
    match,
    query({ held }) {
      const weights = [...held].map(([skill, degree]): [number, number] => [skill, degree * rarity[skill]!]);
      const length = Math.hypot(...weights.map(([, weight]) => weight));
      return new Map(weights.map(([skill, weight]) => [skill, weight / length]));
    },
    near: ({ user }) => rowAtOrAfter(people.ids, user.userId),
    barred: ({ userId, connectedIds }) => [userId, ...connectedIds],
    isOpen: () => true,
    score: (row, sum, { place }) => Math.min(1, sum) * (place !== 0 && place === personPlaces[row] ? 1 : farAway),
    popular: byPopularity(rowCount, (row) => people.connections[row]!),
    describe(row, { held }) {
      const shared = rankSkills(people.skills, row, (skill) => (held.has(skill) ? rarity[skill]! : 0));
      const matched = nameSkills(shared, skills.names);
      return {
        title: people.names[row]!,
        subtitle: people.headlines[row]!,
        reason: shared.length > 0 ? connectionReason(matched, shared.length) : popularConnectionReason(people.connections[row]!),
        matched,
        missing: [],
      };
    },
  };
}

/** Each person's skills, by proficiency and rarity, as a vector of the length 1. */
function directions({ starts, skills, weights }: Snapshot['people']['skills'], rarity: Float64Array): Float32Array {
  const directed = Float32Array.from(weights, (weight, entry) => weight * rarity[skills[entry]!]!);
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const own = directed.subarray(starts[row]!, starts[row + 1]!);
    const length = Math.sqrt(own.reduce((sum, weight) => sum + weight * weight, 0));
    for (let entry = 0; entry < own.length; entry += 1) own[entry]! /= length;
  }
  return directed;
}
