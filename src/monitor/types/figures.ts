/** What became of the runs of a time. */
export interface Figures {
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  /** From 0 to 1: failed out of succeeded and failed; null when nothing ended. */
  failureRate: number | null;
  /** How long runs took. */
  runtime: Percentiles;
  /** How long tasks waited from when they were enqueued until their first run started; a countdown counts. */
  wait: Percentiles;
}

/** Right to within a quarter or so; null when nothing ran. */
export interface Percentiles {
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

export interface MinutePoint {
  /** When the minute (or, of longer windows, the longer step) began. */
  at: string;
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  runtimeP50Ms: number | null;
  runtimeP95Ms: number | null;
  runtimeP99Ms: number | null;
  waitP95Ms: number | null;
}
