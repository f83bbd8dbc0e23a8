import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDurations, durationBounds, noDurations, percentile } from '#src/db/history/durations.js';
import { noRuns } from '#src/db/history/tally.js';
import { figuresOf, pointsOf, total, windowStart } from '#src/monitor/server/figures.js';
import { findProblems, type Situation } from '#src/monitor/server/problems.js';
import type { QueueRow, WorkerRow } from '#src/monitor/types/index.js';

/** The class of a duration, as `width_bucket` finds it. */
const histogramOf = (durations: number[]) => {
  const histogram = noDurations();
  for (const duration of durations) histogram[durationBounds.filter((bound) => bound <= duration).length]! += 1;
  return histogram;
};

describe('percentiles of a histogram', () => {
  it('are those of the durations, to within their class', () => {
    const durations = fc.array(fc.integer({ min: 0, max: durationBounds.at(-1)! - 1 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (given, share) => {
        const exact = [...given].sort((a, b) => a - b)[Math.ceil(share * given.length) - 1]!;
        const found = percentile(histogramOf(given), share)!;
        const above = durationBounds.find((bound) => bound > exact)!;
        const below = durationBounds.filter((bound) => bound <= exact).at(-1) ?? 0;
        expect(found).toBeGreaterThanOrEqual(below);
        expect(found).toBeLessThanOrEqual(above);
      }),
    );
  });

  it('are none of no durations, and those of two histograms are those of both together', () => {
    expect(percentile(noDurations(), 0.5)).toBeNull();
    const both = histogramOf([1, 2]);
    addDurations(both, histogramOf([5000]));
    expect(both).toEqual(histogramOf([1, 2, 5000]));
    expect(percentile(histogramOf([9_000_000]), 0.5)).toBe(durationBounds.at(-1));
  });
});

describe('figures', () => {
  const now = new Date('2026-03-04T12:34:56Z');
  const sample = (minute: string, changes: Partial<ReturnType<typeof noRuns>>) => ({
    minute: new Date(minute),
    name: 'a',
    ...noRuns(),
    ...changes,
  });

  it('have a point for each step, with those that have no runs', () => {
    const runs = [sample('2026-03-04T12:34:00Z', { succeeded: 3, failed: 1 }), sample('2026-03-04T11:35:00Z', { retried: 2 })];
    const points = pointsOf(runs, '1h', now);
    expect(points).toHaveLength(60);
    expect(points[0]).toMatchObject({ at: '2026-03-04T11:35:00.000Z', retried: 2, runtimeP50Ms: null });
    expect(points.at(-1)).toMatchObject({ at: '2026-03-04T12:34:00.000Z', succeeded: 3, failed: 1 });
    expect(figuresOf(total(runs))).toMatchObject({ succeeded: 3, failed: 1, retried: 2, failureRate: 0.25 });
    expect(figuresOf(noRuns()).failureRate).toBeNull();
  });

  it.each([
    ['1h', 60],
    ['6h', 72],
    ['1d', 96],
    ['7d', 84],
  ] as const)('of %s have %i points', (window, count) => {
    expect(pointsOf([], window, now)).toHaveLength(count);
    expect(windowStart(window, now).getTime()).toBeLessThan(now.getTime());
  });
});

describe('problems', () => {
  const worker = { name: 'w', online: true } as WorkerRow;
  const queue = (changes: Partial<QueueRow>): QueueRow => ({
    name: 'email',
    waiting: 0,
    active: 0,
    delayed: 0,
    failed: 0,
    paused: false,
    oldestMs: null,
    consumers: ['w'],
    ...changes,
  });
  const calm: Situation = {
    services: { database: null, broker: null },
    queues: [queue({})],
    workers: [worker],
    schedule: [{ name: 'hourly', lagMs: null, nextRunAt: 'soon', paused: false }],
    waitingBefore: new Map(),
    runs: [],
  };
  const found = (changes: Partial<Situation>) =>
    findProblems({ ...calm, ...changes }).map(({ kind, severity }) => `${severity} ${kind}`);
  const runs = (succeeded: number, failed: number) => [{ name: 'a', minute: new Date(), ...noRuns(), succeeded, failed }];

  it.each<[string, Partial<Situation>, string[]]>([
    ['nothing is wrong', {}, []],
    ['a queue that nobody serves', { queues: [queue({ waiting: 1, consumers: [] })] }, ['error unserved']],
    ['no worker at all, said once', { workers: [], queues: [queue({ waiting: 1, consumers: [] })] }, ['error no_worker']],
    ['a worker that went silent', { workers: [worker, { ...worker, name: 'v', online: false }] }, ['warning no_worker']],
    ['a paused queue with tasks', { queues: [queue({ waiting: 1, paused: true })] }, ['warning paused']],
    ['a paused queue without tasks', { queues: [queue({ paused: true })] }, []],
    [
      'a backlog that grows',
      { queues: [queue({ waiting: 200, oldestMs: 61_000 })], waitingBefore: new Map([['email', 100]]) },
      ['warning backlog'],
    ],
    [
      'a backlog that shrinks',
      { queues: [queue({ waiting: 200, oldestMs: 61_000 })], waitingBefore: new Map([['email', 300]]) },
      [],
    ],
    [
      'a burst that is taken at once',
      { queues: [queue({ waiting: 200, oldestMs: 100 })], waitingBefore: new Map([['email', 0]]) },
      [],
    ],
    ['a task of which half fail', { runs: runs(3, 3) }, ['error failing']],
    ['a task of which a tenth fail', { runs: runs(18, 2) }, ['warning failing']],
    ['a task that failed once', { runs: runs(0, 1) }, []],
    ['a late beat', { schedule: [{ ...calm.schedule[0]!, lagMs: 60_000 }] }, ['error late_beat']],
    ['no beat at all', { schedule: [{ ...calm.schedule[0]!, nextRunAt: null }] }, ['warning no_beat']],
    ['a broker that is away', { services: { database: null, broker: 'away' } }, ['error service']],
  ])('%s', (_what, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });

  it('come errors first', () => {
    const both = { queues: [queue({ waiting: 1, paused: true })], services: { database: 'away', broker: null } };
    expect(found(both)).toEqual(['error service', 'warning paused']);
  });
});
