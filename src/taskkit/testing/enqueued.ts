import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import { taskState } from '../broker/job-state.js';
import { groupTask, idsFor, mapTask, plan, treeOf } from '../canvas/plan.js';
import { createSealer, openArguments } from '../sealer.js';
import { registeredTasks, type Task } from '../task.js';
import type { ApplyAsyncOptions, Json, TaskMessage, TaskStatus } from '../types.js';
import type { MemoryJob } from './memory-job.js';

/** A call of a task that was recorded. */
export interface Enqueued {
  id: string;
  name: string;
  queue: string;
  args: Record<string, Json>;
  priority: number;
  /** Seconds that it was to wait, also when it was given a time. */
  countdown?: number;
  /** Seconds after which it was no longer to be started. */
  expires?: number;
  status: TaskStatus;
}

/** What a call may be looked for by, beside its arguments. Times are compared to the second. */
export type ExpectedOptions = Pick<ApplyAsyncOptions, 'queue' | 'priority' | 'taskId' | 'countdown' | 'eta' | 'expires'>;

type AnyTask = Pick<Task<never, unknown>, 'taskName'>;

/** What every test kit seals with. */
export const testSealer = createSealer('the key of a test kit');

/** The calls among these jobs, also those that are only made when a task has ended; groups are none. */
export function callsOf(jobs: MemoryJob[]): Enqueued[] {
  const known = new Set(jobs.map(({ message }) => message.id));
  return jobs.flatMap((entry) => {
    const { status } = taskState(entry.job, entry.state);
    const nextId = idsFor(entry.message.id);
    const planned = (entry.message.members ?? []).flatMap((member) => treeOf(plan(member, [], nextId)));
    return [
      ...callsIn(entry.message, entry.job.timestamp, status),
      ...planned
        .filter(({ id }) => !known.has(id))
        .flatMap((message) => callsIn(message, entry.job.timestamp, 'PENDING' as const)),
    ];
  });
}

/** The calls of one message: a map makes several, a group none. */
function callsIn({ id, name, queue, args, priority, eta, expires }: TaskMessage, at: number, status: TaskStatus): Enqueued[] {
  if (name === groupTask) return [];
  const call = {
    id,
    name,
    queue,
    args: opened(name, args),
    priority,
    status,
    ...(eta !== undefined && { countdown: Math.round((eta - at) / 1000) }),
    ...(expires !== undefined && { expires: Math.round((expires - at) / 1000) }),
  };
  if (name !== mapTask) return [call];
  const { task, calls } = args as { task: string; calls: Record<string, Json>[] };
  return calls.map((each) => ({ ...call, name: task, args: opened(task, each) }));
}

/** The arguments as they were given to the call. */
function opened(name: string, args: Record<string, Json>): Record<string, Json> {
  const task = registeredTasks().get(name);
  return task ? openArguments(task, args, testSealer) : args;
}

/** The first of these calls that is of this task, with at least these arguments and options. */
export function findCall(calls: Enqueued[], task: AnyTask, args: object, options: ExpectedOptions): Enqueued | undefined {
  const { taskId, eta, expires, ...same } = options;
  const expected = {
    ...same,
    ...(taskId !== undefined && { id: taskId }),
    ...(eta && { countdown: secondsUntil(eta) }),
    ...(expires !== undefined && { expires: expires instanceof Date ? secondsUntil(expires) : expires }),
  };
  return calls.find((call) => call.name === task.taskName && holds(call.args, args) && holds(call, expected));
}

const secondsUntil = (time: Date) => Math.round((time.getTime() - Date.now()) / 1000);

const holds = (given: object, expected: object): boolean =>
  Object.entries(expected).every(([key, value]) => isDeepStrictEqual((given as Record<string, unknown>)[key], value));

/** Says which call was looked for and what there is instead. */
export function notEnqueued(calls: Enqueued[], { taskName }: AnyTask, args: object, options: ExpectedOptions): AssertionError {
  const wanted = { ...args, ...(Object.keys(options).length > 0 && { options }) };
  const ofTask = calls.filter(({ name }) => name === taskName);
  const others = calls.filter(({ name }) => name !== taskName).map(({ name }) => name);
  const found = ofTask.map((call) => `  ${describeCall(call)}`).join('\n') || '  none';
  return new AssertionError({
    message: [
      `${taskName} was not enqueued with ${inspect(wanted, { depth: 5 })}.`,
      `Enqueued calls of it:\n${found}`,
      ...(others.length > 0 ? [`Enqueued calls of other tasks: ${[...new Set(others)].sort().join(', ')}`] : []),
    ].join('\n'),
    actual: ofTask.map((call) => call.args),
    expected: args,
    operator: 'assertEnqueued',
  });
}

/** A call in one line. */
export function describeCall({ args, queue, priority, countdown, expires, id, status }: Enqueued): string {
  const options = inspect({ queue, priority, countdown, expires, id, status }, { breakLength: Number.POSITIVE_INFINITY });
  return `${inspect(args, { depth: 5, breakLength: Number.POSITIVE_INFINITY })} ${options.replace(/\w+: undefined, /g, '')}`;
}
