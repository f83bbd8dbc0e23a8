/**
 * The words of the task kit, as Celery uses them.
 *
 * task       a named contract: its arguments' schema and its options; what producers import
 * handler    the function that does a task's work; what only workers load
 * message    one call of a task on its way: id, name, arguments, options
 * queue      where messages wait; workers serve one or more queues
 * broker     what holds the queues: PostgreSQL or Redis
 * worker     a process that takes messages from queues and runs handlers
 * outbox     the table where a transaction leaves messages that leave with its commit
 * retry      another run of the same message after a temporary fault
 */

import type { Outcome } from './canvas/group-result.js';
import type { AnySignature } from './canvas/signature.js';

/** JSON as a task's arguments and result may hold. */
export type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

/** A task's state: PENDING also stands for an unknown id, as in Celery. */
export type TaskStatus = 'PENDING' | 'STARTED' | 'RETRY' | 'SUCCESS' | 'FAILURE' | 'REVOKED';

/** How a task is retried after a temporary fault. Seconds are what Celery counts in. */
export interface RetryPolicy {
  /** Runs after the first one. 0 never retries. Default 3. */
  maxRetries: number;
  /** Seconds before the first retry; each next wait is twice as long. Default 60. */
  retryBackoff: number;
  /** The longest wait, in seconds. Default 600. */
  retryBackoffMax: number;
  /** Spreads each wait by up to a tenth either way, so that failed tasks don't come back all at once. Default true. */
  retryJitter: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever its constructor takes
export type ErrorClass = new (...args: any[]) => Error;

export interface TaskOptions extends Partial<RetryPolicy> {
  /** The queue; a route of CELERY_TASK_ROUTES wins over it. Default CELERY_TASK_DEFAULT_QUEUE. */
  queue?: string;
  /** 0 first … 9 last, as Celery on Redis. Default 0. */
  priority?: number;
  /** Seconds after which a run is ended and counts as failed. Default CELERY_TASK_TIME_LIMIT. */
  timeLimit?: number;
  /** Seconds after which a run's `signal` is aborted, so that it can end tidily. */
  softTimeLimit?: number;
  /** Starts of the task a worker makes in a time, such as '10/s', '100/m' or '1000/h'. Waiting uses up no retry. Default: no limit. */
  rateLimit?: string;
  /**
   * One at a time: while a task with the same key waits or runs, another call gets that one's id. True: the key is the
   * arguments. Default: false.
   */
  unique?: boolean | ((args: Record<string, Json>) => string);
  /** Retries only after errors of these classes. Default: after every one that is not permanent. */
  autoretryFor?: ErrorClass[];
  /** Never retries after errors of these classes. */
  dontAutoretryFor?: ErrorClass[];
  /** Stores no result: it is null for whoever asks. */
  ignoreResult?: boolean;
  /** The text arguments that are secrets: they are stored sealed, and only the handler gets them in clear. Default: none. */
  sealed?: readonly string[];
}

/** What one call may say beyond the task's own options. */
export interface ApplyAsyncOptions extends Partial<RetryPolicy> {
  /** Seconds to wait before the task may run. Not together with `eta`. */
  countdown?: number;
  /** The time before which the task does not run. */
  eta?: Date;
  /** Seconds, or a time, after which the task is no longer started and counts as REVOKED. */
  expires?: number | Date;
  priority?: number;
  queue?: string;
  /** The message's id. Default: 22 random characters. A second message with the id of one that is still known is ignored. */
  taskId?: string;
}

/** One call of a task on its way to a worker. Times are milliseconds since 1970. */
export interface TaskMessage {
  id: string;
  name: string;
  queue: string;
  args: Record<string, Json>;
  priority: number;
  /** Not to be started before this time. */
  eta?: number;
  /** Not to be started after this time. */
  expires?: number;
  retry: RetryPolicy;
  ignoreResult: boolean;
  /** Messages that must have ended before this one runs; their results fill the arguments that it leaves out. */
  after?: TaskMessage[];
  /** Takes nothing from the results of `after`. */
  immutable?: boolean;
  /** Of a group that follows a task: what is enqueued once `after` has ended. */
  members?: ResolvedSignature[];
  /** What is enqueued with the result when the task has succeeded. */
  link?: ResolvedSignature[];
  /** What is enqueued with the error when the task has failed for good. */
  onError?: ResolvedSignature[];
  /** The group this message belongs to. */
  groupId?: string;
  /** The task that enqueued it while it ran or when it had ended; one that it comes after is not named twice. */
  parentId?: string;
  /** The task its graph began with, unless it is that one itself. */
  rootId?: string;
  /** Of messages with the same key only one waits or runs at a time. */
  unique?: string;
  /** Limits of this call, in seconds; they win over the task's own. */
  timeLimit?: number;
  softTimeLimit?: number;
  /** Of a message that came from another system: what is needed to answer there. The kit only keeps it, for `Reporter`. */
  origin?: Json;
}

/** A signature whose queues, priorities and retries are settled, so that any worker can turn it into messages. */
export type ResolvedSignature =
  /** Without an id of its own it gets a fresh one each time. */
  | { kind: 'task'; message: Omit<TaskMessage, 'id'> & { id?: string } }
  | { kind: 'chain'; steps: ResolvedSignature[] }
  | { kind: 'group'; id?: string; members: ResolvedSignature[]; defaultQueue: string; onError?: ResolvedSignature[] };

/** What a failed task leaves: never a secret, never an argument. */
export interface TaskError {
  /** The error's code in the catalogue, or its class's name. */
  code: string;
  message: string;
  stack?: string;
}

/** What the broker knows of a task. */
export interface TaskState {
  id: string;
  name: string;
  queue: string;
  status: TaskStatus;
  /** How many retries there have been. */
  retries: number;
  result?: Json;
  error?: TaskError;
  /** The last value the handler reported. */
  progress?: Json;
  /** The worker that ran it last. */
  worker?: string;
  /** The ids of what it came after: the step before, or a group's members. */
  parents?: string[];
  /** The ids of what it enqueued while it ran, and waited for. */
  children?: string[];
  groupId?: string;
  /** The task that this one continues, or that enqueued it. */
  parentId?: string;
  /** The task its graph began with; none for that one itself, and for a task by itself. */
  rootId?: string;
  enqueuedAt?: Date;
  startedAt?: Date;
  finishedAt?: Date;
}

/** What happened to a run of a task, as the worker that ran it tells those who watch. */
export interface RunEvent {
  /** `returned`: taken back or handed back, to be run again without using up a retry. */
  type: 'started' | 'succeeded' | 'retried' | 'failed' | 'revoked' | 'returned';
  id: string;
  name: string;
  queue: string;
  args: Record<string, Json>;
  /** Its place in a graph, as in `TaskState`. */
  parentId?: string | undefined;
  rootId?: string | undefined;
  groupId?: string | undefined;
  /** The worker's name. */
  worker: string;
  retries: number;
  at: Date;
  enqueuedAt: Date;
  startedAt: Date;
  /** With `succeeded`. */
  result?: Json;
  /** With `retried`, `failed` and `revoked`. */
  error?: TaskError;
  /** The last lines that the run logged by its context, if any. */
  log?: LogLine[];
  /** Of a message that came from another system: what is needed to answer there. */
  origin?: Json;
}

/** A line that a run logged. */
export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** What became of a run of a message that came from another system. `progressed`: its handler told of its progress. */
export interface RunReport extends Omit<RunEvent, 'type'> {
  type: RunEvent['type'] | 'progressed';
  origin: Json;
  /** With `progressed`. */
  progress?: Json;
}

/**
 * Answers the system that a message came from. An end is reported before the message is acknowledged: a worker that dies over
 * it reports again when the task has run again. When it throws BROKER_UNREACHABLE, the run is taken back and tried later.
 */
export type Reporter = (report: RunReport) => Promise<void>;

export interface TaskLogger {
  /** Whether lines of a level are written; what is not there is taken for yes. */
  isLevelEnabled?(level: string): boolean;
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What a handler is given beside its arguments; Celery's `self.request`. */
export interface TaskContext {
  id: string;
  name: string;
  queue: string;
  /** 0 in the first run. */
  retries: number;
  maxRetries: number;
  /** Aborted at the soft time limit, and when the worker must end the run. */
  signal: AbortSignal;
  log: TaskLogger;
  /** Tells those who watch how far the task is; any small JSON. */
  progress(value: Json): Promise<void>;
  /** Ends this run and asks for another, after `countdown` seconds or by the task's backoff. It uses up a retry. Always throws. */
  retry(options?: { countdown?: number; error?: unknown }): never;
  /**
   * Enqueues tasks, ends this run, and runs the handler again from its beginning when all of them have ended; then gives how
   * each ended, in order. `build` is asked for them once. What stands before the call is done twice. Once in a handler: a
   * second call in one run throws TASK_OPTIONS_INVALID.
   */
  group(build: () => Promise<AnySignature[]>): Promise<Outcome[]>;
}

/**
 * The kit learns the type of the application's transaction from a declaration merged into this interface:
 * `declare module '…/taskkit/types.js' { interface Register { transaction: Transaction<Database> } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged into
export interface Register {}
export type OutboxTransaction = Register extends { transaction: infer T } ? T : never;

/** Where messages wait for their transaction's commit. */
export interface OutboxStore {
  write(transaction: OutboxTransaction, messages: TaskMessage[]): Promise<void>;
  /**
   * Hands up to `limit` committed messages, oldest first, to `deliver` and forgets them when it succeeds.
   * Two relays never hold the same message. Returns how many were delivered.
   */
  take(limit: number, deliver: (messages: TaskMessage[]) => Promise<void>): Promise<number>;
  /** Calls back soon after a commit left a message. Returns what stops it. */
  listen(onMessage: () => void): Promise<() => Promise<void>>;
}
