import type { Generated } from 'kysely';
import type { Json, LogLine, TaskMessage, TaskState, TaskStatus, WorkerStats } from '../../taskkit/index.js';
import type { Id, JsonColumn, NullableJsonColumn } from './columns.js';

/** One row a user and kind: the newest recommendations replace the ones before. */
interface RecommendationTable {
  user_id: number;
  kind: 'jobs' | 'courses' | 'mentors' | 'skills' | 'connections';
  items: JsonColumn<object[]>;
  computed_at: Date;
  expires_at: Date;
  /** When it was computed for the last time with an item that was not in the list before. */
  renewed_at: Generated<Date>;
}

/** What a user does not want to see recommended again. */
interface RecommendationDismissalTable {
  user_id: number;
  kind: RecommendationTable['kind'];
  /** Of the job, course or skill; of the user for a mentor or a connection. */
  item_id: number;
  created_at: Generated<Date>;
}

/** How often a user has opened something that was recommended. */
interface RecommendationClickTable {
  user_id: number;
  kind: RecommendationTable['kind'];
  item_id: number;
  clicks: Generated<number>;
  first_at: Date;
  last_at: Date;
}

/** Counts, in rows to be added up, the changes to what all recommendations are made of. Written by triggers. */
interface RecommendationChangeTable {
  stripe: number;
  changes: number;
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
  /** Without secrets, long values cut; so are `result` and `error`. */
  args: JsonColumn<Json>;
  result: NullableJsonColumn<Json>;
  error: NullableJsonColumn<NonNullable<TaskState['error']>>;
  worker: string | null;
  retries: Generated<number>;
  enqueued_at: Date;
  started_at: Date | null;
  /** Set exactly when `state` is SUCCESS, FAILURE or REVOKED. */
  finished_at: Date | null;
  /** How long the run took; null while it runs. */
  runtime_ms: number | null;
  parent_id: string | null;
  root_id: string | null;
  group_id: string | null;
  /** When something was last heard of the task. */
  updated_at: Date;
  /** What the search for text finds: the words of `args`, `result` and `error`. */
  words: Generated<string>;
  /** The last lines that the last run logged; null when it logged none. */
  log: NullableJsonColumn<LogLine[]>;
}

/** Runs of a task before its last one. */
interface TaskAttemptTable {
  id: string;
  retries: number;
  started_at: Date;
  ended_at: Date;
  state: TaskStatus;
  worker: string | null;
  error: NullableJsonColumn<NonNullable<TaskState['error']>>;
}

interface WorkerTable {
  name: string;
  hostname: string;
  pid: number;
  queues: string[];
  concurrency: number;
  started_at: Date;
  heartbeat_at: Date;
  /** What it said of itself with its last heartbeat. */
  stats: NullableJsonColumn<WorkerStats>;
}

interface ScheduleStateTable {
  /** The entry's name in the schedule. */
  name: string;
  /** A hash of the entry as it is in force. */
  definition: string;
  next_run_at: Date;
  /** Null before the first run. */
  last_run_at: Date | null;
  last_task_id: string | null;
  total_run_count: number;
  paused: boolean;
}

/** What processes tell each other; see control.ts. Rows are deleted after a minute. */
interface ControlMessageTable {
  id: Id;
  message: JsonColumn<Json>;
  created_at: Generated<Date>;
}

export interface TaskTables {
  recommendations: RecommendationTable;
  recommendation_dismissals: RecommendationDismissalTable;
  recommendation_clicks: RecommendationClickTable;
  recommendation_changes: RecommendationChangeTable;
  daily_reports: DailyReportTable;
  mail_log: MailLogTable;
  email_preferences: EmailPreferenceTable;
  email_suppressions: EmailSuppressionTable;
  task_outbox: TaskOutboxTable;
  task_owners: TaskOwnerTable;
  task_history: TaskHistoryTable;
  task_attempts: TaskAttemptTable;
  workers: WorkerTable;
  schedule_state: ScheduleStateTable;
  control_messages: ControlMessageTable;
}
