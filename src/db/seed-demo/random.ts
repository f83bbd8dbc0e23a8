/** Chance that is the same in every run with the same seed. */
export interface Random {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number; both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Up to `count` different items, in no order. */
  sample<T>(items: readonly T[], count: number): T[];
  /** One of the keys; a key of weight 2 comes twice as often as one of weight 1. */
  weighted<K extends string>(weights: Record<K, number>): K;
  /** A time in between, mostly when people are awake and at work. */
  moment(from: Date, to: Date): Date;
}

/** The Mulberry32 generator: 32 bits of state are plenty for demonstration data. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));

  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)]!,
    sample(items, count) {
      const rest = [...items];
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(0, rest.length - 1), 1)[0]!);
    },
    weighted(weights) {
      const entries = Object.entries<number>(weights) as [keyof typeof weights, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        if (left < weight) return key;
        left -= weight;
      }
      return entries[0]![0];
    },
    moment(from, to) {
      const draw = () => new Date(from.getTime() + next() * (to.getTime() - from.getTime()));
      let time = draw();
      for (let tries = 0; tries < 4 && isQuiet(time) && next() < 0.8; tries++) time = draw();
      return time;
    },
  };
}

const isQuiet = (time: Date) => time.getUTCHours() < 7 || time.getUTCHours() > 21 || time.getUTCDay() % 6 === 0;
