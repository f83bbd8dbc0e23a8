import type { Generated } from 'kysely';
import type { TaskMessage, TaskState, TaskStatus } from '../../taskkit/index.js';
import type { Id, JsonColumn, NullableJsonColumn } from './columns.js';

/** One row a user and kind: the newest recommendations replace the ones before. */
interface RecommendationTable {
  user_id: number;
  kind: 'jobs' | 'courses' | 'mentors' | 'skills' | 'connections';
  items: JsonColumn<object[]>;
  computed_at: Date;
  expires_at: Date;
}

interface CachedAnalyticsTable {
  key: string;
  value: JsonColumn<object>;
  computed_at: Date;
  expires_at: Date;
}

interface DailyReportTable {
  /** YYYY-MM-DD, in the platform's time zone. */
  date: string;
  report: JsonColumn<object>;
  created_at: Generated<Date>;
}

interface MailLogTable {
  id: Id;
  /** Names the mail, such as `welcome:42`: a mail is sent once. */
  unique_key: string;
  user_id: number | null;
  to_address: string;
  template: string;
  subject: string | null;
  message_id: string | null;
  status: 'sending' | 'sent' | 'failed' | 'suppressed' | 'skipped';
  error: string | null;
  attempts: Generated<number>;
  created_at: Generated<Date>;
  /** Set exactly when `status` is sent. */
  sent_at: Date | null;
}

/** What a user switched on or off; a kind without a row is on. */
interface EmailPreferenceTable {
  user_id: number;
  kind: string;
  enabled: boolean;
  updated_at: Generated<Date>;
}

interface EmailSuppressionTable {
  /** In lower case. */
  address: string;
  reason: string;
  created_at: Generated<Date>;
}

/** Messages that wait for the relay; see outbox.ts. */
interface TaskOutboxTable {
  position: Id;
  /** The task's id. */
  id: string;
  message: JsonColumn<TaskMessage>;
  created_at: Generated<Date>;
}

/** Whose request enqueued a task, and who may therefore ask for its state. */
interface TaskOwnerTable {
  task_id: string;
  user_id: number;
}

/** One row a task: its last run. */
interface TaskHistoryTable {
  id: string;
  name: string;
  queue: string;
  state: TaskStatus;
  /** Without the arguments that are secrets. */
  args: JsonColumn<object>;
  result: NullableJsonColumn<unknown>;
  error: NullableJsonColumn<NonNullable<TaskState['error']>>;
  worker: string | null;
  retries: Generated<number>;
  enqueued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

interface WorkerTable {
  name: string;
  hostname: string;
  pid: number;
  queues: string[];
  concurrency: number;
  started_at: Date;
  heartbeat_at: Date;
}

interface ScheduleStateTable {
  /** The entry's name in the schedule. */
  name: string;
  last_run_at: Date;
  last_task_id: string;
  total_run_count: Generated<number>;
}

export interface TaskTables {
  recommendations: RecommendationTable;
  cached_analytics: CachedAnalyticsTable;
  daily_reports: DailyReportTable;
  mail_log: MailLogTable;
  email_preferences: EmailPreferenceTable;
  email_suppressions: EmailSuppressionTable;
  task_outbox: TaskOutboxTable;
  task_owners: TaskOwnerTable;
  task_history: TaskHistoryTable;
  workers: WorkerTable;
  schedule_state: ScheduleStateTable;
}
