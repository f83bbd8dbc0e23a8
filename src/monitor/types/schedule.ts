import type { JsonValue, TaskStatus } from './common.js';
import type { TaskErrorInfo } from './tasks.js';

/** `GET /api/schedule`. */
export interface ScheduleAnswer {
  entries: ScheduleRow[];
}

export interface ScheduleRow {
  name: string;
  task: string;
  /** In words, such as `every hour`. */
  timing: string;
  args: JsonValue;
  paused: boolean;
  totalRunCount: number;
  lastRunAt: string | null;
  /** Null until a beat has been started, and while it is paused. */
  nextRunAt: string | null;
  /** How late the next run is; null when it is not. */
  lagMs: number | null;
  /** Of the last run; null when there was none, or its history is gone. */
  lastTask: { id: string; status: TaskStatus; result: JsonValue; error: TaskErrorInfo | null; runtimeMs: number | null } | null;
}

// Actions on an entry: `POST /api/schedule/:name/run`, body {}, answers TaskStarted;
// `POST /api/schedule/:name/pause` and `…/resume`, body {}, answer ScheduleRow. 404 SCHEDULE_ENTRY_UNKNOWN.
