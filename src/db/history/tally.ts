import { addDurations, noDurations } from './durations.js';

/** What became of runs: of a task in some time, or of more of both added up. */
export interface Tally {
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  /** Histograms; see durations.ts. */
  runtimes: number[];
  /** From when a task was enqueued to the start of its run; of first runs only. */
  waits: number[];
}

export interface TimedTally extends Tally {
  /** When the time began that it is about. */
  minute: Date;
}

export interface NamedTally extends Tally {
  name: string;
}

export type RunSample = TimedTally & NamedTally;

export const noRuns = (): Tally => ({
  succeeded: 0,
  failed: 0,
  retried: 0,
  revoked: 0,
  runtimes: noDurations(),
  waits: noDurations(),
});

/** Adds runs to a tally. */
export function addRuns(to: Tally, from: Tally): void {
  to.succeeded += from.succeeded;
  to.failed += from.failed;
  to.retried += from.retried;
  to.revoked += from.revoked;
  addDurations(to.runtimes, from.runtimes);
  addDurations(to.waits, from.waits);
}
