import type { TimeWindow } from './common.js';
import type { Figures, MinutePoint } from './figures.js';
import type { TaskContract, TaskRow } from './tasks.js';

/** `GET /api/task-names?window=1d`: every task that is known or ran in that time, by name. */
export interface TaskNamesAnswer {
  window: TimeWindow;
  tasks: TaskNameRow[];
}

export interface TaskNameRow extends Figures {
  name: string;
  /** Null for one that this version does not know. */
  queue: string | null;
}

/** `GET /api/task-names/:name?window=1d`. 404 TASK_UNKNOWN when it is neither known nor ran. */
export interface TaskNameDetail extends TaskNameRow {
  window: TimeWindow;
  stepMs: number;
  contract: TaskContract | null;
  points: MinutePoint[];
  /** How many runs took how long: each bar from the end of the one before to `toMs` (null: without end). */
  distribution: { toMs: number | null; count: number }[];
  /** Of the newest 20,000 runs of the window, at most 10. */
  slowest: TaskRow[];
  /** The newest 500 failures by kind, the most frequent first. */
  errors: ErrorKind[];
}

export interface ErrorKind {
  code: string;
  /** Of the last one. */
  message: string;
  count: number;
  lastAt: string;
  lastId: string;
}
