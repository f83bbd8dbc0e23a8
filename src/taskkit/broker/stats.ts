import type { RunEvent } from '../types.js';

type Outcome = Exclude<RunEvent['type'], 'started'>;

/** What a worker has done since it started. */
export interface RunCounts {
  /** Runs by how they ended. */
  outcomes: Record<Outcome, number>;
  /** Runs that were started, by the task's name. */
  total: Record<string, number>;
}

/** Counts runs as they are told of. */
export function countRuns(): { counts: RunCounts; count(type: RunEvent['type'], name: string): void } {
  const counts: RunCounts = { outcomes: { succeeded: 0, retried: 0, failed: 0, revoked: 0, returned: 0 }, total: {} };
  return {
    counts,
    count(type, name) {
      if (type === 'started') counts.total[name] = (counts.total[name] ?? 0) + 1;
      else counts.outcomes[type]++;
    },
  };
}
