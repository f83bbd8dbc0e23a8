import type { Job } from 'bullmq';
import { mapTask } from '../canvas/plan.js';
import { planUnder } from '../canvas/signature.js';
import { RetryLater } from '../retry.js';
import { groupOnce, type RunContext } from '../run.js';
import { storableJson } from '../storable.js';
import type { StoredMessage } from './broker.js';
import { type RunEnvironment, report } from './environment.js';
import { spawnGroup } from './graph.js';
import { RunLog } from './run-log.js';
import { retryPolicyOf } from './stored.js';

const retryLater: RunContext['retry'] = ({ countdown, error } = {}) => {
  throw new RetryLater(countdown, error);
};

/** A run that is under way, and what its handler is told of it. */
export class ActiveRun implements RunContext {
  /** Milliseconds since 1970. */
  readonly startedAt = Date.now();
  readonly log: RunLog;
  readonly progress: RunContext['progress'];
  readonly retry = retryLater;
  readonly group: RunContext['group'];
  /** Where it stands among those of its worker. */
  place = -1;
  private reason: Error | undefined;
  private end: ((reason: Error) => void) | undefined;

  constructor(
    readonly job: Job<StoredMessage>,
    readonly token: string | undefined,
    readonly environment: RunEnvironment,
  ) {
    this.log = new RunLog(environment.options.log);
    this.progress = async (value) => {
      const progress = storableJson(value);
      await job.updateProgress(progress as object);
      await report(this, 'progressed', { progress });
    };
    this.group = groupOnce(this.handlerName, (build) =>
      spawnGroup(environment.graph, job, token, async (nextId) => planUnder(await build(), nextId)),
    );
  }

  get id(): string {
    return this.job.id!;
  }

  get queue(): string {
    return this.job.queueName;
  }

  get retries(): number {
    return this.job.attemptsMade;
  }

  get maxRetries(): number {
    return retryPolicyOf(this.job.data).maxRetries;
  }

  /** Of the task whose handler runs: of a map that of its calls. */
  get handlerName(): string {
    const { name, data } = this.job;
    // A message from elsewhere may have no arguments at all.
    return name === mapTask ? String(data.args?.task) : name;
  }

  /** Ends it now, with this as its error; also when its handler has not begun yet. */
  terminate(reason: Error): void {
    this.reason ??= reason;
    this.end?.(reason);
  }

  begin(end: (reason: Error) => void): void {
    this.end = end;
    if (this.reason) end(this.reason);
  }
}

/**
 * The runs of a worker, in no order. An array, since an outgrown table of V8's Map or Set keeps the next one: from the first of
 * them that has become old, every run that ever stood in one lives until the next full collection.
 */
export class ActiveRuns {
  private readonly runs: ActiveRun[] = [];

  get size(): number {
    return this.runs.length;
  }

  add(run: ActiveRun): void {
    run.place = this.runs.push(run) - 1;
  }

  delete(run: ActiveRun): void {
    const last = this.runs.pop()!;
    if (last === run) return;
    this.runs[run.place] = last;
    last.place = run.place;
  }

  find(id: string): ActiveRun | undefined {
    return this.runs.find((run) => run.id === id);
  }

  /** A copy. */
  all(): ActiveRun[] {
    return [...this.runs];
  }
}
