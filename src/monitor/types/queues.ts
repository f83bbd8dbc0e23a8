import type { TimeWindow } from './common.js';

/** `GET /api/queues`. */
export interface QueuesAnswer {
  queues: QueueRow[];
}

export interface QueueRow {
  name: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  paused: boolean;
  /** For how long the task that is next has been waiting; null when none waits. */
  oldestMs: number | null;
  /** The workers online that serve it. */
  consumers: string[];
}

/** `GET /api/queues/:name?window=1d`. 404 QUEUE_UNKNOWN. */
export interface QueueDetail extends QueueRow {
  window: TimeWindow;
  stepMs: number;
  /** The most of each step, the oldest first; steps without a sample are left out. */
  points: QueuePoint[];
  /** The first 50 that wait, in the order they are taken, and the first 50 that wait for a time. */
  next: WaitingTask[];
  scheduled: WaitingTask[];
  /** The tasks that go to it. */
  tasks: string[];
}

export interface QueuePoint {
  at: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  oldestMs: number | null;
}

export interface WaitingTask {
  id: string;
  name: string;
  /** As JSON, without what is sealed, cut. */
  args: string;
  retries: number;
  enqueuedAt: string;
  /** Of one that waits for a time. */
  eta: string | null;
}

// Actions on a queue:
//   `POST /api/queues/:name/pause`, `POST /api/queues/:name/resume`   body {}, answers QueueRow
//   `POST /api/queues/:name/retry-failed`                             body {}, answers QueueCountAnswer
//   `POST /api/queues/:name/drain`                                    body DrainBody, answers QueueCountAnswer: deletes what waits

export interface DrainBody {
  /** The count that was shown and confirmed. When more than that wait by now, nothing is deleted: 409 QUEUE_CHANGED names the count. */
  confirm: number;
}

export interface QueueCountAnswer {
  count: number;
}
