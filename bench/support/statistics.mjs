/** The value below which a share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const best = (values) => Math.max(...values);

export const rounded = (value) => Number(value.toPrecision(4));

/**
 * Compares rates that were taken in turns. `best` sets the best of each side against one another; `median` is that of the
 * rounds' own ratios, whose two halves met the same noise.
 */
export const ratioOf = (ours, theirs) => ({
  best: rounded(best(ours) / best(theirs)),
  median: rounded(median(ours.map((value, round) => value / theirs[round]))),
});

/** The time of the machine's monotonic clock in milliseconds, which its processes share. */
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6;
