import { coded } from '../errors.js';
import { currentKit } from './kit.js';
import type { TaskState, TaskStatus } from './types.js';

const finished: TaskStatus[] = ['SUCCESS', 'FAILURE', 'REVOKED'];

/** What became of a task, by its id; Celery's AsyncResult. `queue` saves the search for it. */
export class AsyncResult<Result = unknown> {
  constructor(
    readonly id: string,
    private readonly queue?: string,
    /** The step before, when this is of a chain. */
    readonly parent?: { readonly id: string; status(): Promise<TaskStatus> },
  ) {}

  /** All that the broker knows of the task; undefined for an unknown id, and for a result that has expired. */
  async state(): Promise<TaskState | undefined> {
    return currentKit(this.id).broker.state(this.id, this.queue);
  }

  /** PENDING also stands for an unknown id. */
  async status(): Promise<TaskStatus> {
    return (await this.state())?.status ?? 'PENDING';
  }

  /**
   * Revokes the task: it ends as REVOKED instead of being run. One that runs already goes on, but is not retried. Tells whether
   * it was in time.
   */
  async revoke(): Promise<boolean> {
    return (await currentKit(this.id).broker.revoke(this.id, this.queue)) === 'revoked';
  }

  /** Whether the task has ended, in whatever way. */
  async ready(): Promise<boolean> {
    return finished.includes(await this.status());
  }

  /**
   * Waits for the result. Throws TASK_FAILED with the reason when the task failed or was revoked, and
   * TASK_TIMED_OUT_WAITING after `timeout` seconds (default: waits for ever).
   */
  async get({ timeout = Number.POSITIVE_INFINITY }: { timeout?: number } = {}): Promise<Result> {
    const started = Date.now();
    // Short tasks are answered at once, long ones are asked for four times a second.
    for (let wait = 5; ; wait = Math.min(wait * 1.5, 250)) {
      const state = await this.state();
      if (state?.status === 'SUCCESS') return state.result as Result;
      if (state?.error) throw coded('TASK_FAILED', { id: this.id, reason: state.error.message }, { cause: state.error });
      if (Date.now() + wait - started > timeout * 1000) {
        throw coded('TASK_TIMED_OUT_WAITING', { id: this.id, seconds: timeout, status: state?.status ?? 'PENDING' });
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
