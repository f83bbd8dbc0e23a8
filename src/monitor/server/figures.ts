import { percentile } from '../../db/history/durations.js';
import { addRuns, type NamedTally, noRuns, type Tally, type TimedTally } from '../../db/history/tally.js';
import type { Figures, MinutePoint, Percentiles, TimeWindow } from '../types/index.js';

const minute = 60_000;

/** How long each window is, and how long its steps are, in milliseconds. */
export const windows: Record<TimeWindow, { lengthMs: number; stepMs: number }> = {
  '1h': { lengthMs: 60 * minute, stepMs: minute },
  '6h': { lengthMs: 360 * minute, stepMs: 5 * minute },
  '1d': { lengthMs: 1440 * minute, stepMs: 15 * minute },
  '7d': { lengthMs: 10_080 * minute, stepMs: 120 * minute },
};

/** When a window that ends now began: at the start of a step. */
export function windowStart(window: TimeWindow, now: Date): Date {
  const { lengthMs, stepMs } = windows[window];
  return new Date(Math.floor(now.getTime() / stepMs) * stepMs - lengthMs + stepMs);
}

/** Runs added up. */
export function total(samples: readonly Tally[]): Tally {
  const sum = noRuns();
  for (const sample of samples) addRuns(sum, sample);
  return sum;
}

export function figuresOf({ succeeded, failed, retried, revoked, runtimes, waits }: Tally): Figures {
  const ended = succeeded + failed;
  return {
    succeeded,
    failed,
    retried,
    revoked,
    failureRate: ended === 0 ? null : failed / ended,
    runtime: percentilesOf(runtimes),
    wait: percentilesOf(waits),
  };
}

const percentilesOf = (histogram: readonly number[]): Percentiles => ({
  p50Ms: percentile(histogram, 0.5),
  p95Ms: percentile(histogram, 0.95),
  p99Ms: percentile(histogram, 0.99),
});

/** The runs of a window step by step, the oldest first; a step without runs has zeros. */
export function pointsOf(samples: readonly TimedTally[], window: TimeWindow, now: Date): MinutePoint[] {
  const { stepMs } = windows[window];
  const start = windowStart(window, now).getTime();
  const steps = Array.from({ length: Math.floor((now.getTime() - start) / stepMs) + 1 }, noRuns);
  for (const sample of samples) {
    const step = steps[Math.floor((sample.minute.getTime() - start) / stepMs)];
    if (step) addRuns(step, sample);
  }
  return steps.map((step, index) => pointOf(new Date(start + index * stepMs), step));
}

function pointOf(at: Date, tally: Tally): MinutePoint {
  const { runtime, wait, succeeded, failed, retried, revoked } = figuresOf(tally);
  return {
    at: at.toISOString(),
    succeeded,
    failed,
    retried,
    revoked,
    runtimeP50Ms: runtime.p50Ms,
    runtimeP95Ms: runtime.p95Ms,
    runtimeP99Ms: runtime.p99Ms,
    waitP95Ms: wait.p95Ms,
  };
}

/** Tallies by their task's name. */
export function byName<T extends NamedTally>(samples: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const sample of samples) {
    const group = groups.get(sample.name);
    if (group) group.push(sample);
    else groups.set(sample.name, [sample]);
  }
  return groups;
}
