/** Durations in milliseconds as a histogram: how many were in each class. Six classes a decade, up to 50 minutes. */

/** Where classes end and the next begin. The first class begins at 0, the last one has no end. */
export const durationBounds: readonly number[] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
  .flatMap((decade) => [1, 1.5, 2, 3, 5, 7].map((factor) => Math.ceil(factor * decade)))
  .filter((bound, index, bounds) => bound <= 3_600_000 && bound !== bounds[index - 1]);

export const noDurations = (): number[] => new Array<number>(durationBounds.length + 1).fill(0);

/** Adds the durations of one histogram to another. */
export function addDurations(to: number[], from: readonly number[]): void {
  for (const [index, count] of from.entries()) to[index] = (to[index] ?? 0) + count;
}

/**
 * The duration that a share of them does not exceed, such as 0.95 for the 95th percentile; null of none. It is taken to be as far
 * in its class as its rank is among those of the class: right to within a quarter or so. One that is in the last class counts as its start.
 */
export function percentile(histogram: readonly number[], share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [index, count] of histogram.entries()) {
    if (count > 0 && below + count >= rank) {
      const start = index === 0 ? 0 : durationBounds[index - 1]!;
      const end = durationBounds[index] ?? start;
      return start + (end - start) * ((rank - below) / count);
    }
    below += count;
  }
  return null;
}
