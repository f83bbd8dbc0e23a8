/**
 * The words of Celery's wire, as the bridge uses them.
 *
 * envelope    a message as it lies in a Redis list: JSON with headers, properties and a body
 * body        the arguments, and the embed: what is to follow the task
 * signature   a call that is described but not made, as JSON
 * link        Celery's name for what is called with a result (callbacks) or an error (errbacks)
 * header      of a chord: the tasks that must end before its body runs
 */

/** A signature as JSON has it. `options` are those of `apply_async`. */
export interface WireSignature {
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  options: SignatureOptions;
  subtask_type: string | null;
  immutable: boolean;
}

export interface SignatureOptions {
  task_id?: string;
  group_id?: string;
  group_index?: number;
  root_id?: string | null;
  parent_id?: string | null;
  reply_to?: string;
  queue?: string;
  routing_key?: string;
  priority?: number;
  countdown?: number;
  eta?: string;
  expires?: number | string;
  time_limit?: number;
  soft_time_limit?: number;
  ignore_result?: boolean;
  link?: WireSignature | WireSignature[];
  link_error?: WireSignature | WireSignature[];
  chord?: WireSignature;
  /** The steps after this one, the last first. */
  chain?: WireSignature[];
}

/** What follows a task, and where it belongs: all that must be known at its end. */
export interface Continuation {
  /** The first task of the whole graph. */
  rootId?: string;
  parentId?: string;
  group?: string;
  groupIndex?: number;
  callbacks?: WireSignature[];
  errbacks?: WireSignature[];
  /** The steps after this one, the last first. */
  chain?: WireSignature[];
  /** The body of the chord that this task belongs to. */
  chord?: WireSignature;
  ignoreResult?: boolean;
}

/** One call of a task on Celery's wire. Times are milliseconds since 1970, limits are seconds. */
export interface CeleryMessage extends Continuation {
  id: string;
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** The queue that the call itself names. */
  queue?: string;
  priority?: number;
  retries: number;
  eta?: number;
  expires?: number;
  timeLimit?: number;
  softTimeLimit?: number;
  replyTo?: string;
  /** How the caller wants the arguments to be shown, where it says so. */
  argsRepr?: string;
  kwargsRepr?: string;
}
