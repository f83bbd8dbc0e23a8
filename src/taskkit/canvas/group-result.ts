import { coded } from '../../errors.js';
import { AsyncResult } from '../async-result.js';
import { currentKit } from '../kit.js';
import type { Json, TaskError, TaskStatus } from '../types.js';

/** How a member of a group ended: with its result, or with its error. */
export type Outcome = { result: Json } | { error: TaskError };

/** How far a group is. */
export interface GroupProgress {
  total: number;
  succeeded: number;
  failed: number;
}

/** What became of a group, by its id; Celery's GroupResult. */
export class GroupResult<Result = unknown> {
  /**
   * @param queue Where the group is; saves the search for it.
   * @param results The members, in order; empty for a group that is asked for by its id alone.
   */
  constructor(
    readonly id: string,
    private readonly queue?: string,
    readonly results: (AsyncResult | GroupResult)[] = [],
  ) {}

  /** PENDING until all members have ended, then SUCCESS, or FAILURE if any of them failed. */
  status(): Promise<TaskStatus> {
    return new AsyncResult(this.id, this.queue).status();
  }

  ready(): Promise<boolean> {
    return new AsyncResult(this.id, this.queue).ready();
  }

  async progress(): Promise<GroupProgress> {
    return currentKit(this.id).broker.groupProgress(this.id, this.queue);
  }

  /** How many members have succeeded. */
  async completedCount(): Promise<number> {
    return (await this.progress()).succeeded;
  }

  /**
   * Waits for all members and gives their results in order. Throws TASK_FAILED, naming the first that failed, once all have
   * ended; TASK_TIMED_OUT_WAITING after `timeout` seconds (default: waits for ever).
   */
  async join({ timeout }: { timeout?: number } = {}): Promise<Result> {
    return (await new AsyncResult(this.id, this.queue).get(timeout === undefined ? {} : { timeout })) as Result;
  }

  get(options: { timeout?: number } = {}): Promise<Result> {
    return this.join(options);
  }

  /** Waits for all members and gives how each ended, in order, whether or not some failed. */
  async outcomes({ timeout }: { timeout?: number } = {}): Promise<Outcome[]> {
    await this.join(timeout === undefined ? {} : { timeout }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'TASK_FAILED')) throw error;
    });
    const outcomes = await currentKit(this.id).broker.groupOutcomes(this.id, this.queue);
    if (!outcomes) throw coded('TASK_ID_UNKNOWN', { id: this.id });
    return outcomes;
  }
}
