/** What the chaos test enqueues, and what must have become of it in the end. All of it follows from the seed. */
import { chain, chord, group } from '#src/taskkit/index.js';
import { addOne, broken, flaky, spread, sum } from './chaos-tasks.mjs';

/** Random numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const range = (length) => Array.from({ length }, (_, index) => index);
const total = (numbers) => numbers.reduce((one, other) => one + other, 0);

/**
 * The kinds of units, each `(key, ms, random) => { signature, tasks, result, effects }`: `tasks` is how many it runs, `effects`
 * the keys it leaves. A unit without a `result` fails with USER_NOT_FOUND in it.
 */
const kinds = {
  single: (key, ms) => ({ signature: addOne.s({ key, ms, n: 1 }), tasks: 1, result: { n: 2 }, effects: [key] }),
  flaky: (key, ms, random) => ({
    signature: flaky.s({ key, ms, n: 1, failures: 1 + Math.floor(random() * 2) }),
    tasks: 1,
    result: { n: 2 },
    effects: [key],
  }),
  broken: (key) => ({ signature: broken.s({ key }), tasks: 1, effects: [] }),
  linked: (key, ms) => ({
    signature: addOne.s({ key, ms, n: 1 }).link(addOne.s({ key: `${key}/link`, ms })),
    tasks: 2,
    result: { n: 2 },
    effects: [key, `${key}/link`],
  }),
  chain: (key, ms) => ({
    signature: chain(
      addOne.s({ key: `${key}/0`, ms, n: 0 }),
      flaky.s({ key: `${key}/1`, ms, failures: 0 }),
      addOne.s({ key: `${key}/2`, ms }),
    ),
    tasks: 3,
    result: { n: 3 },
    effects: range(3).map((step) => `${key}/${step}`),
  }),
  brokenChain: (key, ms) => ({
    signature: chain(addOne.s({ key: `${key}/0`, ms, n: 0 }), broken.si({ key: `${key}/1` }), addOne.s({ key: `${key}/2`, ms })),
    tasks: 3,
    effects: [`${key}/0`],
  }),
  group: (key, ms) => ({
    signature: group(...range(10).map((n) => addOne.s({ key: `${key}/${n}`, ms, n }))),
    tasks: 11,
    result: range(10).map((n) => ({ n: n + 1 })),
    effects: range(10).map((n) => `${key}/${n}`),
  }),
  chord: (key, ms) => ({
    signature: chord(
      range(5).map((n) => addOne.s({ key: `${key}/${n}`, ms, n })),
      sum.s({ key: `${key}/sum`, ms }),
    ),
    tasks: 7,
    result: { n: total(range(5)) + 5 },
    effects: [...range(5), 'sum'].map((part) => `${key}/${part}`),
  }),
  /** A group of chains, whose sum goes to every member of a second group. */
  nested: (key, ms) => ({
    signature: chain(
      group(...range(3).map((n) => chain(addOne.s({ key: `${key}/${n}/0`, ms, n }), addOne.s({ key: `${key}/${n}/1`, ms })))),
      sum.s({ key: `${key}/sum`, ms }),
      group(...range(3).map((n) => flaky.s({ key: `${key}/second/${n}`, ms, failures: n === 0 ? 1 : 0 }))),
      sum.s({ key: `${key}/total`, ms }),
    ),
    tasks: 13,
    result: { n: 3 * (total(range(3)) + 6 + 1) },
    effects: [...range(3).flatMap((n) => [`${key}/${n}/0`, `${key}/${n}/1`, `${key}/second/${n}`]), `${key}/sum`, `${key}/total`],
  }),
  spread: (key, ms) => ({
    signature: spread.s({ key, ms, count: 8 }),
    tasks: 9,
    result: { n: total(range(8)) + 8 },
    effects: [key, ...range(8).map((n) => `${key}/${n}`)],
  }),
};

/** How many units of each kind there are among 100. */
const mix = { single: 36, flaky: 12, broken: 6, linked: 6, chain: 18, brokenChain: 4, group: 6, chord: 6, nested: 2, spread: 4 };
const deck = Object.entries(mix).flatMap(([kind, count]) => Array(count).fill(kind));

/** How a unit is enqueued: at once, by the outbox, or by a transaction that is taken back, so that it must never run. */
function wayOf(draw) {
  if (draw < 0.5) return 'delay';
  return draw < 0.95 ? 'outbox' : 'rolledBack';
}

/** Units of at least `tasks` tasks together, whose works take up to `longestMs`. */
export function planUnits(random, tasks, longestMs) {
  const units = [];
  for (let planned = 0; planned < tasks; planned += units.at(-1).tasks) {
    const kind = deck[Math.floor(random() * deck.length)];
    const ms = Math.floor(random() * longestMs);
    const key = `${kind}-${units.length}`;
    units.push({ id: `chaos-${key}`, key, kind, way: wayOf(random()), ...kinds[kind](key, ms, random) });
  }
  return units;
}
