/** A feature's weight is found by its hash: two features that share one share their weight, which is rare. */
export const buckets = 2 ** 15;

/** FNV-1a over UTF-16 units, folded to the number of buckets. */
export function bucketOf(feature: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < feature.length; index++) hash = Math.imul(hash ^ feature.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) & (buckets - 1);
}

/** Trained weights, of 8 bits each, and what one step of them is worth. */
export interface Model {
  step: number;
  weights: Int8Array;
}

/** Logistic regression: the chance that what has these features is the skill. */
export function probability({ step, weights }: Model, features: readonly string[]): number {
  let sum = 0;
  for (const feature of features) sum += weights[bucketOf(feature)]!;
  return 1 / (1 + Math.exp(-sum * step));
}
