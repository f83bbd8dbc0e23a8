import type { GroupProgress, Outcome } from '../canvas/group-result.js';
import type { Handler } from '../task.js';
import type { Json, Reporter, ResolvedSignature, RunEvent, TaskLogger, TaskMessage, TaskState } from '../types.js';
import type { QueueControl, TaskSummary } from './inspect.js';
import type { RunCounts } from './stats.js';
import type { StoredJobs } from './stored-jobs.js';

export type { StoredCall } from './stored-jobs.js';

export interface QueueCounts {
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

export interface WorkerOptions {
  handlers: Handler[];
  /** Which queues to serve. */
  queues: string[];
  /** How many tasks of each queue run at once. */
  concurrency: number;
  /** How this worker is called in the log and in task states. */
  name: string;
  /** Seconds until a task that sets no limit is ended. */
  timeLimit: number;
  log: TaskLogger;
  /** Told of everything that happens to runs; must neither throw nor wait. */
  observe?: (event: RunEvent) => void;
  /** Told of each run of a message that has an origin, and waited for. */
  report?: Reporter | undefined;
}

export interface WorkerStats extends RunCounts {
  pid: number;
  /** Seconds since it started. */
  uptime: number;
  queues: string[];
  concurrency: number;
  /** Tasks that run now. */
  active: number;
  /** The memory of its process, in bytes. */
  rss: number;
  /** Of its machine, over 1, 5 and 15 minutes. */
  loadAverage: number[];
  /** Rate limits that were changed since it started, by the task's name; null where the limit was lifted. */
  rateLimits: Record<string, string | null>;
  /** Time limits that were changed since it started, in seconds, by the task's name. */
  timeLimits: Record<string, TimeLimits>;
}

/** After how many seconds a run is asked to end, and after how many it is ended. */
export interface TimeLimits {
  soft: number;
  hard: number;
}

export interface RunningWorker {
  readonly name: string;
  readonly queues: readonly string[];
  /** How many tasks of each queue run at once. */
  readonly concurrency: number;
  /** The tasks that run now. */
  active(): TaskSummary[];
  /** The names of the tasks it has handlers for. */
  registered(): string[];
  stats(): WorkerStats;
  /** When it falls, what runs already goes on. Throws COMMAND_FAILED below 1. */
  setConcurrency(concurrency: number): Promise<void>;
  /** Serves another queue too. */
  addConsumer(queue: string): Promise<void>;
  /** Takes no more tasks from a queue; those that run go on. */
  cancelConsumer(queue: string): void;
  /** Starts a task no oftener than at this rate, such as '10/m'; null lifts the limit. Throws TASK_OPTIONS_INVALID. */
  rateLimit(task: string, rate: string | null): Promise<void>;
  /** Changes the limits of a task's runs that start from now on, in seconds. */
  timeLimit(task: string, limits: TimeLimits): void;
  /** Ends a run now, as revoked. Returns whether there was one. */
  terminate(id: string): boolean;
  /**
   * Warm shutdown: takes no more tasks and lets those that run finish. After `graceSeconds` what still runs is aborted
   * and handed back to its queue, for another worker. A second call with 0 ends the wait of the first.
   */
  stop(graceSeconds: number): Promise<void>;
}

/** What holds the queues. One code path serves PostgreSQL and Redis. */
export interface Broker extends QueueControl, StoredJobs {
  /** Where it is, without its password. */
  readonly address: string;
  /**
   * Stores messages in their queues. One with the id of a message that is still known is ignored. Gives their ids in order:
   * of a unique one that waits or runs already the id of that one. Throws BROKER_UNREACHABLE.
   */
  enqueue(messages: TaskMessage[]): Promise<string[]>;
  /**
   * Revokes a task: one that waits ends as REVOKED when its turn comes, a delayed one at once. One that is `running` goes on
   * unless its worker terminates it, but is not run again: when it would be retried, it ends as REVOKED.
   */
  revoke(id: string, queue?: string): Promise<'revoked' | 'running' | 'ended' | 'unknown'>;
  /** What is known of a task, or undefined. `queue` saves the search for it. */
  state(id: string, queue?: string): Promise<TaskState | undefined>;
  /** How far a group is; nothing but zeros for an unknown id. */
  groupProgress(id: string, queue?: string): Promise<GroupProgress>;
  /** How each member of a group ended, in order; undefined for an unknown id. Those that still run are left out. */
  groupOutcomes(id: string, queue?: string): Promise<Outcome[] | undefined>;
  counts(): Promise<QueueCounts[]>;
  /** Answers when the broker does; throws BROKER_UNREACHABLE. */
  ping(): Promise<void>;
  startWorker(options: WorkerOptions): Promise<RunningWorker>;
  /** Removes what finished longer ago than results are kept. */
  expireResults(): Promise<number>;
  close(): Promise<void>;
}

/** A message as it lies in the broker, beside its id, name and times. */
export interface StoredMessage {
  args: Record<string, Json>;
  /** Left out when it is the default. */
  retry?: TaskMessage['retry'];
  ignoreResult?: boolean;
  expires?: number;
  /** The ids of the messages whose results this one gets, in order. */
  after?: string[];
  immutable?: boolean;
  members?: ResolvedSignature[];
  /** The ids of the messages that it enqueued while it ran and then waited for. */
  spawned?: string[];
  /** It is not to be run any more. */
  revoked?: boolean;
  link?: ResolvedSignature[];
  onError?: ResolvedSignature[];
  groupId?: string;
  /** The task that enqueued it, unless it comes after that one. */
  parentId?: string;
  /** The task its graph began with, unless it is that one itself. */
  rootId?: string;
  timeLimit?: number;
  softTimeLimit?: number;
  origin?: Json;
}
