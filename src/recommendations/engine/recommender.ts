import type { Matcher, Query } from './matcher.js';
import type { Item, UserFacts } from './types.js';

/** A user as the engine looks at one: rows instead of ids. */
export interface Seeker {
  user: UserFacts;
  /** A position in `levels`, or `unknownLevel`. */
  level: number;
  /** A number of places.ts. */
  place: number;
  /** Milliseconds since 1970. */
  now: number;
  /** Each skill that the user has, and how well: from 0.7 (beginner) to 1 (expert). */
  held: Query;
  /** Each skill that the user's best jobs ask for and the user lacks, and how much is asked. The five weightiest add up to 1. */
  gaps: Query;
}

/** What sets one kind of recommendation apart from the others; recommend.ts does what they have in common. */
export interface Recommender {
  /** The database's ids of the rows. */
  ids: Float64Array;
  match: Matcher;
  /** What the rows are matched with. */
  query(seeker: Seeker): Query;
  /** The row from which on those are taken that have a skill too many have; without it the newest are. */
  near?(seeker: Seeker): number;
  /** The ids of what this user never gets, dismissals apart. */
  barred(user: UserFacts): number[];
  /** Whether anybody gets it now. */
  isOpen(row: number, now: number): boolean;
  /** How well a row suits whose match is `sum`: from 0 to 1, and no more than `sum`. */
  score(row: number, sum: number, seeker: Seeker): number;
  /** All rows, the most popular first: for users whom nothing matches. */
  popular: Uint32Array;
  /** What is shown of a row with this score. */
  describe(row: number, seeker: Seeker, score: number): Omit<Item, 'id' | 'score'>;
}

/** All rows, the highest `value` first, then the newest. */
export function byPopularity(rowCount: number, value: (row: number) => number): Uint32Array {
  return Uint32Array.from({ length: rowCount }, (_, row) => row).sort((one, other) => value(other) - value(one) || other - one);
}
