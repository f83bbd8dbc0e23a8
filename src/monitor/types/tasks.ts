import type { JsonValue, TaskStatus } from './common.js';

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
  /** Its times, the earliest first: of its last run and, as far as the history keeps them, of those before. */
  timeline: TimelineStep[];
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

export interface TimelineStep {
  /** `retried`: to be run again, after an error; `returned`: likewise, since its worker handed it back; `finished`: in a final state. */
  what: 'enqueued' | 'started' | 'retried' | 'returned' | 'finished';
  at: string;
  /** Of the run; null for `enqueued`. */
  worker: string | null;
  /** What the run ended with. */
  error: Pick<TaskErrorInfo, 'code' | 'message'> | null;
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
