import { randomUUID } from 'node:crypto';
import { coded } from '../../errors.js';
import { AsyncResult } from '../async-result.js';
import { currentKit, type Kit } from '../kit.js';
import { createMessage } from '../message.js';
import type { Task } from '../task.js';
import type { ApplyAsyncOptions, OutboxTransaction, ResolvedSignature, TaskMessage } from '../types.js';
import { GroupResult } from './group-result.js';
import { groupTask, idsFor, mapTask, plan } from './plan.js';

type AnyTask = Task<never, unknown>;

interface TaskSpec {
  kind: 'task';
  task: AnyTask;
  args: object;
  /** The calls to make one after another, of a map. */
  calls?: object[];
  immutable: boolean;
  options: ApplyAsyncOptions;
  link: AnySignature[];
  onError: AnySignature[];
}
interface ChainSpec {
  kind: 'chain';
  steps: AnySignature[];
}
interface GroupSpec {
  kind: 'group';
  members: AnySignature[];
  onError: AnySignature[];
}
type Spec = TaskSpec | ChainSpec | GroupSpec;

/**
 * A call that is described but not made: what chains and groups are built of.
 * `Needs` are the arguments it leaves to the step before, `Result` is what it gives to the step after.
 */
// biome-ignore lint/complexity/noBannedTypes: a step that needs nothing fits behind any other
export interface Signature<Needs = {}, Result = unknown, Handle = AsyncResult<Result>> {
  readonly spec: Spec;
  /** Only for the compiler: a step fits behind one whose result has what it needs. */
  readonly accepts?: (needs: Needs) => void;
  readonly gives?: Result;
  /** Enqueues it, whole or not at all. The options go to the task that ends last. */
  applyAsync(options?: ApplyAsyncOptions): Promise<Handle>;
  delay(): Promise<Handle>;
  /** Leaves it in the outbox: it is enqueued if and only if the transaction commits. */
  delayOnCommit(transaction: OutboxTransaction, options?: ApplyAsyncOptions): Promise<Handle>;
  /** The same call with other options. */
  set(options: ApplyAsyncOptions): Signature<Needs, Result, Handle>;
  clone(): Signature<Needs, Result, Handle>;
  /** Also enqueues `callback` with the result once it has succeeded; Celery's link. */
  link(callback: AnySignature): Signature<Needs, Result, Handle>;
  /** Also enqueues `errback` once it has failed for good, with `taskId`, `code` and `message` as far as it takes them; Celery's link_error. */
  onError(errback: AnySignature): Signature<Needs, Result, Handle>;
}
// biome-ignore lint/suspicious/noExplicitAny: any signature, whatever it needs and gives
export type AnySignature = Signature<any, any, any>;

/** Settles what a call leaves open: queues, priorities, retries. Throws as a call would. */
function resolve({ spec }: AnySignature, kit: Kit, more: ApplyAsyncOptions = {}): ResolvedSignature {
  const all = (signatures: AnySignature[]) => signatures.map((signature) => resolve(signature, kit));
  switch (spec.kind) {
    case 'task': {
      const options = { ...spec.options, ...more };
      const { id: _, ...message } = createMessage(spec.task, spec.args, options, kit, { partial: true });
      const calls = spec.calls?.map((args) => createMessage(spec.task, args, {}, kit).args);
      return {
        kind: 'task',
        message: {
          ...message,
          ...(calls && { name: mapTask, args: { task: message.name, calls } }),
          ...(spec.immutable && { immutable: true }),
          ...(spec.link.length > 0 && { link: all(spec.link) }),
          ...(spec.onError.length > 0 && { onError: all(spec.onError) }),
        },
      };
    }
    case 'chain':
      return {
        kind: 'chain',
        steps: spec.steps.map((step, index) => resolve(step, kit, index === spec.steps.length - 1 ? more : {})),
      };
    case 'group':
      return {
        kind: 'group',
        members: all(spec.members),
        defaultQueue: kit.defaultQueue,
        ...(spec.onError.length > 0 && { onError: all(spec.onError) }),
      };
  }
}

/** The messages of a signature, with fresh ids; the one that ends last has the id of the options, if they name one. */
export function messagesOf(signature: AnySignature, kit: Kit, { taskId, ...options }: ApplyAsyncOptions = {}): TaskMessage {
  return plan(resolve(signature, kit, options), [], randomUUID, taskId);
}

/** The messages of what a running task adds, under the ids that it gives them. */
export const planUnder = (signatures: AnySignature[], nextId: () => string): TaskMessage[] =>
  signatures.map((added) => plan(resolve(added, currentKit(firstName(added))), [], nextId));

/** What a caller gets to ask after a signature: of a group all its members, of anything else its last task and those before. */
function handleOf(message: TaskMessage): AsyncResult | GroupResult {
  const before = message.after ?? [];
  if (message.name === groupTask) {
    const nextId = idsFor(message.id);
    const members = message.members ? message.members.map((member) => plan(member, [], nextId)) : before;
    return new GroupResult(message.id, message.queue, members.map(handleOf));
  }
  const [parent] = before.map(handleOf);
  return new AsyncResult(message.id, message.queue, parent);
}

function firstName({ spec }: AnySignature): string {
  if (spec.kind === 'task') return spec.task.taskName;
  const [first] = spec.kind === 'chain' ? spec.steps : spec.members;
  return first ? firstName(first) : 'group';
}

/** Makes the signature of a spec; every method leaves it as it is and returns another. */
export function signature<Needs, Result, Handle>(spec: Spec): Signature<Needs, Result, Handle> {
  const again = (changed: Spec) => signature<Needs, Result, Handle>(changed);
  const made: Signature<Needs, Result, Handle> = {
    spec,
    async applyAsync(options = {}) {
      const kit = currentKit(firstName(made));
      const message = messagesOf(made, kit, options);
      await kit.broker.enqueue([message]);
      return handleOf(message) as Handle;
    },
    delay: () => made.applyAsync(),
    async delayOnCommit(transaction, options = {}) {
      const kit = currentKit(firstName(made));
      const message = messagesOf(made, kit, options);
      await kit.outbox.write(transaction, [message]);
      return handleOf(message) as Handle;
    },
    clone: () => again(spec),
    set: (options) => again(onLastTask(spec, (task) => ({ ...task, options: { ...task.options, ...options } }))),
    link: (callback) => again(onLastTask(spec, (task) => ({ ...task, link: [...task.link, callback] }))),
    onError: (errback) => again(onLast(spec, (last) => ({ ...last, onError: [...last.onError, errback] }))),
  };
  return made;
}

/** Changes what ends last, a task or a group: it knows how all before it went. */
function onLast(spec: Spec, change: <S extends TaskSpec | GroupSpec>(last: S) => S): Spec {
  if (spec.kind !== 'chain') return change(spec);
  const last = spec.steps.at(-1)!;
  return { kind: 'chain', steps: [...spec.steps.slice(0, -1), signature(onLast(last.spec, change)) as AnySignature] };
}

/** For a change that only a task can take. */
const onLastTask = (spec: Spec, change: (task: TaskSpec) => TaskSpec): Spec =>
  onLast(spec, (last) => {
    if (last.kind === 'task') return change(last) as typeof last;
    throw coded('TASK_OPTIONS_INVALID', { name: 'group', problems: 'a group takes no options and no link; follow it by a task' });
  });
