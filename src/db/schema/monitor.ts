import type { Generated } from 'kysely';
import type { Json } from '../../taskkit/index.js';
import type { Id, JsonColumn } from './columns.js';

/** How a queue stood in a minute. */
interface QueueSampleTable {
  minute: Date;
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  /** For how long the task that was next had been waiting. */
  oldest_ms: number | null;
}

/** The runs of a task that ended in some minutes. */
interface TaskSampleTable {
  /** How many. Each run is in a sample of every length. */
  minutes: number;
  /** The first of them. */
  minute: Date;
  name: string;
  succeeded: number;
  failed: number;
  retried: number;
  revoked: number;
  /** How many took how long, and waited how long: a histogram; see durations.ts. */
  runtimes: number[];
  waits: number[];
}

/** The minutes whose runs are counted in `task_samples`; one without runs leaves no sample. */
interface SampledMinuteTable {
  minute: Date;
}

/** What was done through the monitor. */
interface MonitorAuditTable {
  id: Id;
  at: Generated<Date>;
  user_name: string;
  address: string;
  action: string;
  target: string;
  details: JsonColumn<Json>;
  /** `begun`, `done` or the code of an error. */
  outcome: string;
}

/** The sessions of the monitor that were ended before they expired. */
interface MonitorLogoutTable {
  /** Its signature. */
  session: string;
  expires_at: Date;
}

export interface MonitorTables {
  queue_samples: QueueSampleTable;
  task_samples: TaskSampleTable;
  sampled_minutes: SampledMinuteTable;
  monitor_audit: MonitorAuditTable;
  monitor_logouts: MonitorLogoutTable;
}
