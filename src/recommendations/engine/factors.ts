/**
 * What a match is multiplied with, each from 0 to 1: how far level, place, age, applicants and rating are from the best that could be. They say how
 * much a user is put off, so a perfect match of skills at the wrong place ranks below a good one next door.
 */
import { unknownLevel } from './types.js';

/** Something for those 4, 3, 2 and 1 levels above, for the user's own level, and for those 1, 2, 3 and 4 above the user. */
const levelFactors = [0.1, 0.2, 0.4, 0.75, 1, 0.85, 0.5, 0.25, 0.1];
const unknownLevelFactor = 0.9;

/** How well the level of a job or course suits a user's. */
export function levelFactor(userLevel: number, itemLevel: number): number {
  if (userLevel === unknownLevel || itemLevel === unknownLevel) return unknownLevelFactor;
  return levelFactors[itemLevel - userLevel + 4]!;
}

/** How well a mentor's level suits a user's: whoever has come as far can tell about it. */
export function mentorLevelFactor(userLevel: number, mentorLevel: number): number {
  if (userLevel === unknownLevel || mentorLevel === unknownLevel) return unknownLevelFactor;
  return mentorLevel >= userLevel ? 1 : 0.4;
}

const elsewhere = 0.5;
const somewhere = 0.9;

/** How well a place suits. `places` are numbers of places.ts. */
export function placeFactor(userPlace: number, place: number, remote: boolean): number {
  if (remote) return 1;
  if (userPlace === 0 || place === 0) return somewhere;
  return userPlace === place ? 1 : elsewhere;
}

const day = 86_400_000;
/** In days. */
const halfLife = 21;
/** By age in whole days; older than a year is as old as a year. */
const freshness = Float64Array.from({ length: 366 }, (_, days) => 0.8 + 0.2 * 2 ** (-days / halfLife));

/** How much is left of a job's freshness, which halves every three weeks and is worth a fifth of the score. `age` in milliseconds. */
export const freshnessFactor = (age: number): number => freshness[Math.min(365, Math.max(0, Math.floor(age / day)))]!;

const crowd = 50;

/** How good the chances are with so many applications: from 50 on 0.85 of what they are without any. */
export const chanceFactor = (applications: number): number =>
  1 - 0.15 * Math.min(1, Math.log1p(applications) / Math.log1p(crowd));

const usualRating = 3.8;
/** As many ratings weigh as much as what is usual. */
const usualCount = 5;

/** How well something is rated, from 1 to 5, by how many: few ratings say little, and none is as good as the usual one. */
export function ratingFactor(rating: number, count: number): number {
  const mean = Number.isNaN(rating) ? usualRating : (rating * count + usualRating * usualCount) / (count + usualCount);
  return 0.7 + (0.3 * (mean - 1)) / 4;
}
