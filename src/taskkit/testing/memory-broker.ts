import { coded } from '../../errors.js';
import { ActiveRuns } from '../broker/active-runs.js';
import type { Broker } from '../broker/broker.js';
import type { RunEnvironment } from '../broker/environment.js';
import { membersOf, outcomesOf, progressOf } from '../broker/inputs.js';
import { decodeFailure, taskState } from '../broker/job-state.js';
import { runJob } from '../broker/run-job.js';
import { createRateLimiter } from '../rate-limit.js';
import { RetryLater } from '../retry.js';
import type { Handler } from '../task.js';
import type { RunEvent, TaskLogger, TaskMessage } from '../types.js';
import { hasEnded, type MemoryJob, memoryJob } from './memory-job.js';

export interface MemoryBrokerOptions {
  handlers: Handler[];
  /** Runs what is enqueued before the call returns. */
  inline: boolean;
  /** With `inline`: the call throws what its task failed with. */
  eagerPropagates: boolean;
  log: TaskLogger;
  observe(event: RunEvent): void;
}

export interface MemoryBroker extends Broker {
  /** Everything that was enqueued, in order. */
  jobs(): MemoryJob[];
  /** Runs what has not ended, and what that enqueues, one after another. Neither times to wait nor rates hold it up. */
  drain(): Promise<void>;
  clear(): void;
}

/** What a test kit has instead of a method that makes no sense there. */
export const refuse = (method: string) => async (): Promise<never> => {
  throw coded('TEST_KIT_UNSUPPORTED', { method });
};

/** A broker without queues: it keeps messages in memory, and runs them as a worker would when it is told to. */
export function memoryBroker({ handlers, inline, eagerPropagates, log, observe }: MemoryBrokerOptions): MemoryBroker {
  const jobs = new Map<string, MemoryJob>();
  /** Those that nothing waits for, until they have ended. */
  const roots = new Set<MemoryJob>();
  const thrown = new Map<string, unknown>();

  const add = (message: TaskMessage): MemoryJob => {
    const known = jobs.get(message.id);
    if (known) return known;
    const job = memoryJob(message, (message.after ?? []).map(add));
    jobs.set(message.id, job);
    return job;
  };
  const addRoots = (messages: TaskMessage[]): MemoryJob[] =>
    messages.map((message) => {
      const holder = message.unique && [...jobs.values()].find((job) => job.message.unique === message.unique && !hasEnded(job));
      if (holder) return holder;
      const known = jobs.has(message.id);
      // A real broker keeps JSON, so that a date, say, comes back as a text.
      const root = add(JSON.parse(JSON.stringify(message)) as TaskMessage);
      if (!known) roots.add(root);
      return root;
    });

  const environment: RunEnvironment = {
    count: () => undefined,
    options: { handlers, queues: [], concurrency: 1, name: 'test', timeLimit: 300, log, observe },
    handlers: new Map(handlers.map((handler) => [handler.task.taskName, remembering(handler, thrown)])),
    graph: {
      enqueue: async (messages) => addRoots(messages),
      dataOf: async (job) => job.data,
      addUnder: async (job, messages) => {
        const { children } = jobs.get(job.id!)!;
        for (const message of messages) if (!jobs.has(message.id)) children.push(add(message));
      },
    },
    handingBack: false,
    runs: new ActiveRuns(),
    rates: createRateLimiter(),
    intervals: new Map(),
    timeLimits: new Map(),
  };

  const drain = async () => {
    const tried = new Set<MemoryJob>();
    const next = () => [...roots].find((root) => !root.taken && !tried.has(root));
    for (let root = next(); root; root = next()) {
      tried.add(root);
      root.taken = true;
      await finish(root, environment);
      root.taken = false;
      if (hasEnded(root)) roots.delete(root);
    }
  };

  return {
    address: 'memory',
    jobs: () => [...jobs.values()],
    drain,
    clear() {
      jobs.clear();
      roots.clear();
      thrown.clear();
    },
    async enqueue(messages) {
      const added = addRoots(messages);
      if (inline) await drain();
      if (inline && eagerPropagates) for (const root of added) throwFailure(root, thrown);
      return added.map(({ message: { id } }) => id);
    },
    async revoke(id) {
      const found = jobs.get(id);
      if (!found) return 'unknown';
      if (hasEnded(found)) return 'ended';
      found.job.data.revoked = true;
      return found.state === 'active' ? 'running' : 'revoked';
    },
    async state(id) {
      const found = jobs.get(id);
      return found && taskState(found.job, found.state);
    },
    async groupProgress(id) {
      const found = jobs.get(id);
      return found ? progressOf(found.job) : { total: 0, succeeded: 0, failed: 0 };
    },
    async groupOutcomes(id) {
      const found = jobs.get(id);
      return found && (await outcomesOf(found.job, membersOf(found.job), false)).map(({ outcome }) => outcome);
    },
    ping: async () => undefined,
    close: async () => undefined,
    expireResults: async () => 0,
    counts: refuse('counts'),
    startWorker: refuse('startWorker'),
    waiting: refuse('waiting'),
    scheduled: refuse('scheduled'),
    queueNames: refuse('queueNames'),
    pauseQueue: refuse('pauseQueue'),
    resumeQueue: refuse('resumeQueue'),
    isQueuePaused: refuse('isQueuePaused'),
    purge: refuse('purge'),
    storedCall: refuse('storedCall'),
    retry: refuse('retry'),
    retryFailed: refuse('retryFailed'),
    nextEnqueuedAt: refuse('nextEnqueuedAt'),
  };
}

/** Runs a job and what it waits for to the end; leaves one that met a lost database where it is. */
async function finish(entry: MemoryJob, environment: RunEnvironment): Promise<void> {
  while (!hasEnded(entry)) {
    for (const child of [...entry.children]) await finish(child, environment);
    if (!entry.children.every(hasEnded)) return;
    await runOnce(entry, environment);
    if (entry.state === 'delayed') return;
  }
}

/** Runs a job once and keeps how that ended, as BullMQ does. */
async function runOnce(entry: MemoryJob, environment: RunEnvironment): Promise<void> {
  const { job } = entry;
  entry.state = 'active';
  job.attemptsStarted++;
  job.processedOn = Date.now();
  try {
    job.returnvalue = await runJob(job, undefined, environment);
    entry.state = 'completed';
  } catch (error) {
    // The run was put back: it waits for others, or for a database.
    if (entry.state !== 'active') return;
    const { name, message, stack } = error as Error;
    job.failedReason = message;
    job.stacktrace = [stack ?? message];
    entry.state = name === 'UnrecoverableError' ? 'failed' : 'waiting';
  }
  job.attemptsMade++;
  if (hasEnded(entry)) job.finishedOn = Date.now();
}

/** The handler, what its last run threw being kept by the task's id. */
function remembering(handler: Handler, thrown: Map<string, unknown>): Handler {
  return {
    ...handler,
    async run(args, context) {
      thrown.delete(context.id);
      try {
        return await handler.run(args, context);
      } catch (error) {
        thrown.set(context.id, error);
        throw error;
      }
    },
  };
}

/** Throws what the handler of a failed task threw; of one that failed without its handler what `get` would throw. */
function throwFailure({ message: { id }, state, job }: MemoryJob, thrown: Map<string, unknown>): void {
  if (state !== 'failed') return;
  const error = thrown.get(id);
  if (error instanceof RetryLater) throw error.cause ?? error;
  if (error !== undefined) throw error;
  const failure = decodeFailure(job.failedReason);
  throw coded('TASK_FAILED', { id, reason: failure.message }, { cause: failure });
}
