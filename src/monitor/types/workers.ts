import type { JsonValue } from './common.js';

/** `GET /api/workers`: `{ workers: WorkerRow[] }`. */
export interface WorkersAnswer {
  workers: WorkerRow[];
}

export interface WorkerRow {
  name: string;
  hostname: string;
  pid: number;
  /** False for one that has been silent for 15 s without saying goodbye. */
  online: boolean;
  queues: string[];
  /** How many tasks of each queue it runs at once. */
  concurrency: number;
  startedAt: string;
  lastSeenAt: string;
  /** As of its last sign of life, every 5 s; null until the first. */
  stats: WorkerStats | null;
}

export interface WorkerStats {
  /** Tasks that run now. */
  active: number;
  /** Runs since it started, by how they ended. */
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  /** All that it started. */
  processed: number;
  /** Of its machine, over 1, 5 and 15 minutes. */
  loadAverage: [number, number, number];
  memoryBytes: number;
  uptimeSeconds: number;
}

/** `GET /api/workers/:name`. 404 WORKER_UNKNOWN. */
export interface WorkerDetail extends WorkerRow {
  /** Whether it answered within 2 s. When it did not, what follows is empty. */
  answered: boolean;
  current: CurrentTask[];
  activeQueues: { name: string; paused: boolean }[];
  /** The tasks it can run. */
  registered: string[];
  /** How often it started each task. */
  processedByTask: Record<string, number>;
  /** The limits that were changed since it started, by task. */
  changedLimits: ChangedLimits;
  /** Its settings, without secrets. */
  conf: Record<string, JsonValue>;
}

export interface ChangedLimits {
  /** Such as `10/s`; null where the limit was lifted. */
  rates: Record<string, string | null>;
  /** Seconds. */
  times: Record<string, { soft: number; hard: number }>;
}

export interface CurrentTask {
  id: string;
  name: string;
  queue: string;
  /** As JSON, without what is sealed, cut. */
  args: string;
  retries: number;
  startedAt: string | null;
}

// Actions on a worker that is online; each answers WorkerActionAnswer. 404 WORKER_UNKNOWN, 409 WORKER_REFUSED with its
// reason, 504 WORKER_SILENT when it does not answer.
//   `POST /api/workers/:name/shutdown`       body {}
//   `POST /api/workers/:name/pool`           body PoolBody
//   `POST /api/workers/:name/add-queue`      body WorkerQueueBody
//   `POST /api/workers/:name/cancel-queue`   body WorkerQueueBody
//   `POST /api/workers/:name/rate-limit`     body RateLimitBody
//   `POST /api/workers/:name/time-limit`     body TimeLimitBody

export interface PoolBody {
  /** How many more tasks of each queue to run at once; fewer when negative; not 0. */
  change: number;
}

export interface WorkerQueueBody {
  queue: string;
}

export interface RateLimitBody {
  task: string;
  /** Such as `10/s`, `100/m` or `1000/h`; null lifts it. */
  rate: string | null;
}

export interface TimeLimitBody {
  task: string;
  /** Seconds. */
  soft: number;
  hard: number;
}

export interface WorkerActionAnswer {
  /** What the worker said. */
  text: string;
}
