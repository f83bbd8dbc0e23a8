/**
 * What the monitor's server and its pages say to each other: every answer and every body, each with its route.
 *
 * Paths are below the URL prefix. Times are ISO 8601 texts in UTC; names that end in `Ms` are milliseconds. Errors have the one
 * shape `{ error: { code, message, fields? } }`. Every POST is an action: it is sent as `application/json`, with a body (`{}` when
 * it takes nothing) and the header `X-Requested-With: journeyman`.
 */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type TaskStatus = 'PENDING' | 'STARTED' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED';

/** How far back figures go. */
export type TimeWindow = '1h' | '6h' | '1d' | '7d';

/** Every answer with a status from 400. */
export interface ErrorAnswer {
  error: { code: string; message: string; fields?: Record<string, string> };
}

// ---- who is there -------------------------------------------------------------------------------------------------------------

/** `GET /api/session`: open to everybody, and the first thing that the pages ask. */
export interface SessionAnswer {
  /** Who is logged in: an e-mail address, a user of MONITOR_BASIC_AUTH, or `token`; null for nobody. */
  user: string | null;
  /** Whether nothing can be seen before a login. Otherwise only the analytics ask for one. */
  loginRequired: boolean;
  /** Whether the analytics can be seen. */
  canSeeAnalytics: boolean;
  /** Whether every action is refused. */
  readOnly: boolean;
  version: string;
  /** Where the queues are, without its password. */
  broker: string;
  /** The platform's time zone, such as `Europe/Berlin`. */
  timezone: string;
}

/** `POST /api/login`: a staff account of the platform, or a user of MONITOR_BASIC_AUTH. Answers SessionAnswer, or CREDENTIALS_INVALID. */
export interface LoginBody {
  user: string;
  password: string;
}

// `POST /api/logout`: answers SessionAnswer.

// ---- live -------------------------------------------------------------------------------------------------------------------

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

// ---- tasks ------------------------------------------------------------------------------------------------------------------

/** By what the table can be sorted; `-` before it reverses. */
export type TaskSort = 'enqueuedAt' | 'updatedAt' | 'runtimeMs' | 'name' | 'status' | 'queue' | 'worker';

/**
 * `GET /api/tasks?query=…&sort=-enqueuedAt&limit=50&cursor=…`: one page of the run history.
 *
 * `query` is the query language (see `GET /api/query-help`); a query that cannot be read answers 400 QUERY_INVALID, whose message
 * names the term. `sort` is `-enqueuedAt` unless it is given. `limit` is 1 to 200, default 50. `cursor` is the `next` of the page before, with the
 * same query and sort.
 */
export interface TaskPage {
  runs: TaskRow[];
  /** The cursor of the page that follows; null on the last one. */
  next: string | null;
  /**
   * When the last run was enqueued that was looked at, if the search ended before all were; else null. In an order by time, `next` goes
   * on from there; in another order those beyond are left out.
   */
  searchedTo: string | null;
}

/** A task's last run. */
export interface TaskRow {
  id: string;
  name: string;
  queue: string;
  status: TaskStatus;
  worker: string | null;
  retries: number;
  /** Without secrets, long values cut; so are `result` and `error`. */
  args: JsonValue;
  result: JsonValue;
  error: TaskErrorInfo | null;
  enqueuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  runtimeMs: number | null;
  parentId: string | null;
  rootId: string | null;
  groupId: string | null;
  updatedAt: string;
}

export interface TaskErrorInfo {
  code: string;
  message: string;
  stack?: string;
}

/** `GET /api/query-help`: the operators of the query language. */
export interface QueryHelp {
  operators: { operator: string; meaning: string; example: string }[];
}

/** `GET /api/tasks/:id`. 404 TASK_ID_UNKNOWN when neither the history nor the broker knows it. */
export interface TaskDetail extends TaskRow {
  /** Whether the broker still keeps its message: what retry and an unchanged `run again` need. */
  inBroker: boolean;
  /** The last value its handler reported. */
  progress: JsonValue;
  /** Its times, the earliest first. */
  timeline: { what: 'enqueued' | 'due' | 'started' | 'finished' | 'retried'; at: string }[];
  /** The last lines, at most 100, that its last run logged; empty when it logged none. */
  logs: TaskLogLine[];
  /** Its last runs under the same name, itself left out, the newest first, at most 10. */
  sameTask: TaskRow[];
  /** What can be done with it now; empty in read-only mode. */
  actions: TaskAction[];
  /** Of the task by that name; null when this version knows none. */
  contract: TaskContract | null;
  /** The same call, as TypeScript and as a command; null without a contract. */
  code: { delay: string; call: string } | null;
}

export type TaskAction = 'retry' | 'run-again' | 'revoke' | 'terminate';

export interface TaskLogLine {
  at: string;
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** What a task takes. */
export interface TaskContract {
  name: string;
  /** The name of its export, such as `sendWelcomeEmail`. */
  exportName: string;
  queue: string;
  /** In the order that a positional caller gives them. */
  parameters: { name: string; required: boolean; sealed: boolean; schema: JsonValue }[];
  maxRetries: number;
  timeLimit: number | null;
  softTimeLimit: number | null;
  rateLimit: string | null;
}

/** `GET /api/tasks/:id/graph`: the chain, group or chord that a task is part of, and what its tasks enqueued. At most 500 nodes. */
export interface TaskGraph {
  /** The task that the graph began with. */
  rootId: string;
  nodes: GraphNode[];
  /** `from` comes before `to`: a step and the next one, a task and what it enqueued, a group's member and its group. */
  edges: { from: string; to: string }[];
  /** Whether there are more nodes than are shown. */
  cut: boolean;
}

export interface GraphNode {
  id: string;
  name: string;
  status: TaskStatus;
  queue: string;
  runtimeMs: number | null;
  groupId: string | null;
}

// `POST /api/tasks/:id/retry`, body {}: runs a failed or revoked task once more, under its own id. Answers TaskStarted.
//    409 TASK_NOT_RETRYABLE when it has not failed, 410 TASK_MESSAGE_GONE when the broker no longer keeps its message.

/** `POST /api/tasks/:id/run-again`: enqueues a new task. Answers TaskStarted. 400 TASK_ARGUMENTS_INVALID names what is wrong. */
export interface RunAgainBody {
  /** Those shown, or changed ones. What is left as it was shown (cut, `[redacted]`, `[sealed]`) is taken from the broker's own copy. Default: all unchanged. */
  args?: Record<string, JsonValue>;
}

/** `POST /api/tasks`: enqueues a task that is known. Answers TaskStarted. */
export interface CallBody {
  name: string;
  args: Record<string, JsonValue>;
  queue?: string;
  /** Seconds to wait before it may run. */
  countdown?: number;
}

export interface TaskStarted {
  id: string;
}

/** `POST /api/tasks/:id/revoke`: answers RevokeAnswer. */
export interface RevokeBody {
  /** Also end it when it runs. Default false. */
  terminate?: boolean;
}

export interface RevokeAnswer {
  /** `running`: it runs, and goes on, but is not retried. */
  outcome: 'revoked' | 'running' | 'terminated' | 'ended';
}

// ---- tasks by name ----------------------------------------------------------------------------------------------------------

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

// ---- workers ----------------------------------------------------------------------------------------------------------------

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
  /** Its settings, without secrets. */
  conf: Record<string, JsonValue>;
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

// ---- queues -----------------------------------------------------------------------------------------------------------------

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

// ---- schedule ---------------------------------------------------------------------------------------------------------------

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

// ---- mail -------------------------------------------------------------------------------------------------------------------

/** `GET /api/mailbox`: the development mailbox, the newest first, at most 50. */
export interface MailboxAnswer {
  /** False when mails are sent through EMAIL_URL: then the list is empty. */
  inUse: boolean;
  mails: MailSummary[];
}

export interface MailSummary {
  id: string;
  from: string;
  to: string;
  subject: string;
  date: string | null;
}

/**
 * `GET /api/mailbox/:id`. 404 MAIL_NOT_FOUND.
 *
 * Its HTML is a page of its own, `GET /api/mailbox/:id/html`, for a frame with `sandbox=""`: it runs no scripts and loads nothing.
 */
export interface MailDetail extends MailSummary {
  text: string;
  hasHtml: boolean;
  /** By name in lower case. */
  headers: Record<string, string>;
  /** As it was sent, cut to 1 MB. */
  source: string;
}

/** `GET /api/mail-log?page=1&pageSize=50&status=failed&template=welcome&to=ada@example.com`: the newest first, never a body. */
export interface MailLogAnswer {
  items: MailLogRow[];
  page: number;
  pageSize: number;
  total: number;
}

export interface MailLogRow {
  id: number;
  userId: number | null;
  to: string;
  template: string;
  subject: string | null;
  status: 'sending' | 'sent' | 'failed' | 'suppressed' | 'skipped';
  error: string | null;
  attempts: number;
  createdAt: string;
  sentAt: string | null;
}

// ---- audit ------------------------------------------------------------------------------------------------------------------

/**
 * `GET /api/audit?page=1&pageSize=50&user=ada&target=email&kind=queue&outcome=failed`: what was done here, the newest first. `user` and `target`
 * are parts of theirs, in any case; `kind` is what an action's name begins with; `outcome` is `done`, `failed` or `begun`.
 */
export interface AuditAnswer {
  items: AuditRow[];
  page: number;
  pageSize: number;
  total: number;
}

export interface AuditRow {
  id: number;
  at: string;
  /** As in SessionAnswer; `anonymous` where no login is asked for. */
  user: string;
  address: string;
  /** Such as `task.retry` or `queue.drain`. */
  action: string;
  /** The task's id, the worker's, queue's or entry's name. */
  target: string;
  details: JsonValue;
  /** `done`, the code of the error, or `begun` when the end is not known. */
  outcome: string;
}
