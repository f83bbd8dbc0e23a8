import { AssertionError } from 'node:assert';
import { coded } from '../../errors.js';
import type { BeatStore } from '../beat/store.js';
import type { Broker } from '../broker/broker.js';
import { treeOf } from '../canvas/plan.js';
import { connect } from '../kit.js';
import type { TaskRoutes } from '../routes.js';
import type { Handler, Task } from '../task.js';
import type { OutboxTransaction, RunEvent, TaskLogger } from '../types.js';
import { callsOf, describeCall, type Enqueued, type ExpectedOptions, findCall, notEnqueued, testSealer } from './enqueued.js';
import { memoryBeatStore } from './memory-beat-store.js';
import { memoryBroker } from './memory-broker.js';
import { memoryJob } from './memory-job.js';
import { memoryOutbox } from './memory-outbox.js';
import { type Performed, type PerformOptions, perform } from './perform.js';

export interface TestKitOptions {
  /** Those that `drain`, `inline` and `performTask` run. */
  handlers?: Handler[];
  routes?: TaskRoutes;
  /** The queue of a task that names none. Default: celery. */
  defaultQueue?: string;
  /** Runs each task when it is enqueued, before the call returns; Celery's task_always_eager. Default: nothing runs. */
  inline?: boolean;
  /** With `inline`: the call throws what its task failed with; Celery's task_eager_propagates. Default: the failure is stored. */
  eagerPropagates?: boolean;
  /** Default: what is logged is dropped. */
  log?: TaskLogger;
}

/** How many runs ended in which way. */
export type Drained = Record<'succeeded' | 'failed' | 'retried' | 'revoked' | 'returned', number>;

export interface TestKit {
  readonly broker: Broker;
  /** Every call that was enqueued, of one task or of all, in order, whether or not it has run. */
  enqueued(task?: Pick<Task<never, unknown>, 'taskName'>): Enqueued[];
  /** Gives the first call of a task with at least these arguments and options. Throws an AssertionError that lists the others. */
  assertEnqueued<Args>(task: Task<Args, unknown>, args?: Partial<Args>, options?: ExpectedOptions): Enqueued;
  /** Throws an AssertionError when there is such a call. */
  refuteEnqueued<Args>(task: Task<Args, unknown>, args?: Partial<Args>, options?: ExpectedOptions): void;
  /** Runs a task's handler once, and tells what it did; nothing is enqueued for it and nothing retried. */
  performTask<Args, Result>(task: Task<Args, Result>, args: Args, options?: PerformOptions): Promise<Performed<Result, Enqueued>>;
  performTask(handler: Handler, args: object, options?: PerformOptions): Promise<Performed<unknown, Enqueued>>;
  /**
   * Runs what was enqueued and has not ended, and what that enqueues, one after another and without waiting: not for a time,
   * a rate or a retry. Tells how the runs ended.
   */
  drain(): Promise<Drained>;
  /** A transaction without a database: what `delayOnCommit` is given in it is enqueued when `work` has returned. */
  transaction<T>(work: (transaction: OutboxTransaction) => Promise<T>): Promise<T>;
  /** Keeps the state of a schedule, so that `reconcileSchedule` and `tick` can be handed any time. */
  beatStore(): BeatStore;
  /** Forgets every call. */
  clear(): void;
  /** Disconnects this process. */
  close(): void;
}

const silent: TaskLogger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Connects this process to a broker in memory, for tests of code that calls tasks and of the tasks themselves.
 * It needs neither database nor worker. A second kit takes the place of the first.
 */
export function testKit({
  handlers = [],
  routes = {},
  defaultQueue = 'celery',
  inline = false,
  eagerPropagates = false,
  log = silent,
}: TestKitOptions = {}): TestKit {
  let drained = noRuns();
  const observe = ({ type, name }: RunEvent) => {
    if (type !== 'started' && !name.startsWith('journeyman.')) drained[type]++;
  };
  const broker = memoryBroker({ handlers, inline, eagerPropagates, log, observe });
  const { outbox, transaction } = memoryOutbox(broker);
  connect({ broker, outbox, routes, defaultQueue, log, sealer: testSealer, handlers });

  const calls = () => callsOf(broker.jobs());
  const handlerOf = (task: Task<never, unknown>) => {
    const found = handlers.find((handler) => handler.task === task);
    if (!found) throw coded('TASK_HANDLER_MISSING', { name: task.taskName });
    return found;
  };
  const performTask = async (subject: Handler | Task<never, unknown>, args: object, options: PerformOptions = {}) => {
    const handler = typeof subject === 'function' ? handlerOf(subject) : subject;
    const { members, ...performed } = await perform(handler, args, options, { log, defaultQueue });
    return { ...performed, members: callsOf(members.flatMap(treeOf).map((message) => memoryJob(message, []))) };
  };

  return {
    broker,
    transaction,
    enqueued: (task) => calls().filter(({ name }) => !task || name === task.taskName),
    assertEnqueued(task, args = {}, options = {}) {
      const found = findCall(calls(), task, args, options);
      if (!found) throw notEnqueued(calls(), task, args, options);
      return found;
    },
    refuteEnqueued(task, args = {}, options = {}) {
      const found = findCall(calls(), task, args, options);
      if (found)
        throw new AssertionError({
          message: `${task.taskName} was enqueued: ${describeCall(found)}.`,
          operator: 'refuteEnqueued',
        });
    },
    performTask: performTask as TestKit['performTask'],
    async drain() {
      drained = noRuns();
      await broker.drain();
      return drained;
    },
    beatStore: () => memoryBeatStore(transaction),
    clear: () => broker.clear(),
    close: () => connect(undefined),
  };
}

const noRuns = (): Drained => ({ succeeded: 0, failed: 0, retried: 0, revoked: 0, returned: 0 });

export { reconcileSchedule, tick } from '../beat/tick.js';
export type { Enqueued, ExpectedOptions } from './enqueued.js';
export type { Performed, PerformOptions } from './perform.js';
