import type { TimeWindow } from './common.js';
import type { Figures, MinutePoint } from './figures.js';
import type { QueueRow } from './queues.js';
import type { TaskRow } from './tasks.js';
import type { WorkerRow } from './workers.js';

/**
 * `GET /api/events`: server-sent events. Each event `snapshot` is this; one comes at once, and one every 2 s. Also what
 * `GET /api/overview` answers.
 */
export interface Snapshot {
  at: string;
  /** Null when it answers, or what is wrong in words. The figures of one that is away are those of the last time it answered. */
  services: { database: string | null; broker: string | null };
  queues: QueueRow[];
  workers: WorkerRow[];
  /** The last minute that is over, and the last hour. */
  lastMinute: Figures;
  lastHour: Figures;
  /** The last hour, a point a minute, the oldest first. */
  minutes: MinutePoint[];
  problems: Problem[];
  /** The last 10. */
  lastFailures: TaskRow[];
}

/** Something that is wrong now. */
export interface Problem {
  kind: 'unserved' | 'backlog' | 'failing' | 'late_beat' | 'no_beat' | 'paused' | 'no_worker' | 'service';
  severity: 'error' | 'warning';
  /** In words. */
  text: string;
  /** What it is about, so that the page can link to it; null for the whole. */
  subject: { type: 'queue' | 'task' | 'entry' | 'worker'; name: string } | null;
}

/** `GET /api/throughput?window=1d`: `1h` by the minute, `6h` by 5 minutes, `1d` by 15 minutes, `7d` by 2 hours. */
export interface ThroughputAnswer {
  window: TimeWindow;
  stepMs: number;
  total: Figures;
  points: MinutePoint[];
}
