/** Chance that a seed repeats (mulberry32), and draws from it. */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low, high) => low + Math.floor(next() * (high - low + 1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    /** A whole number, both ends included. */
    between,
    normal,
    chance: (share) => next() < share,
    pick: (values) => values[between(0, values.length - 1)],
    /** Up to `count` different values; what weighs twice is drawn twice as often. */
    draw(values, count, weightOf = () => 1) {
      const keyed = values.map((value) => ({ value, key: -Math.log(1 - next()) / weightOf(value) }));
      keyed.sort((one, other) => one.key - other.key);
      return keyed.slice(0, count).map(({ value }) => value);
    },
  };
}
