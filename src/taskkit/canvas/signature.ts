import { coded } from '../../errors.js';
import { AsyncResult } from '../async-result.js';
import { newId } from '../id.js';
import { currentKit, type Kit } from '../kit.js';
import { checkOptions, createMessage } from '../message.js';
import type { Task } from '../task.js';
import type { ApplyAsyncOptions, OutboxTransaction, ResolvedSignature, TaskMessage } from '../types.js';
import { GroupResult } from './group-result.js';
import { firstOf, groupTask, idsFor, mapTask, plan, traced, treeOf } from './plan.js';

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
  taskId?: string;
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
  /** Enqueues it, whole or not at all. The options go to what ends last; of a group that takes no more than `taskId`. */
  applyAsync(options?: ApplyAsyncOptions): Promise<Handle>;
  delay(): Promise<Handle>;
  /** Leaves it in the outbox: it is enqueued if and only if the transaction commits. */
  delayOnCommit(transaction: OutboxTransaction, options?: ApplyAsyncOptions): Promise<Handle>;
  /** The same call with other options. A `taskId` must be new: a task belongs to one graph at most. */
  set(options: ApplyAsyncOptions): Signature<Needs, Result, Handle>;
  clone(): Signature<Needs, Result, Handle>;
  /** Also enqueues `callback` with the result once it has succeeded; Celery's link. */
  link(callback: AnySignature): Signature<Needs, Result, Handle>;
  /** Also enqueues `errback` once it has failed for good, with `taskId`, `code` and `message` as far as it takes them; Celery's link_error. */
  onError(errback: AnySignature): Signature<Needs, Result, Handle>;
}
// biome-ignore lint/suspicious/noExplicitAny: any signature, whatever it needs and gives
export type AnySignature = Signature<any, any, any>;

/**
 * Settles what a call leaves open: queues, priorities, retries. Throws as a call would.
 *
 * @param fed Whether it is offered arguments that it leaves out.
 * @param more Options for what ends last.
 */
function resolve({ spec }: AnySignature, kit: Kit, fed: boolean, more: ApplyAsyncOptions = {}): ResolvedSignature {
  switch (spec.kind) {
    case 'task': {
      const options = { ...spec.options, ...more };
      const partial = spec.calls !== undefined || (fed && !spec.immutable);
      const { id, ...message } = createMessage(spec.task, spec.args, options, kit, { partial });
      const calls = spec.calls?.map((args) => createMessage(spec.task, args, {}, kit).args);
      return {
        kind: 'task',
        message: {
          ...message,
          ...(options.taskId !== undefined && { id }),
          ...(calls && { name: mapTask, args: { task: message.name, calls } }),
          ...(spec.immutable && { immutable: true }),
          ...(spec.link.length > 0 && { link: resolveAll(spec.link, kit, true) }),
          ...(spec.onError.length > 0 && { onError: resolveAll(spec.onError, kit, true) }),
        },
      };
    }
    case 'chain':
      return {
        kind: 'chain',
        steps: spec.steps.map((step, index) => resolve(step, kit, fed || index > 0, index === spec.steps.length - 1 ? more : {})),
      };
    case 'group': {
      const id = groupIdOf(more) ?? spec.taskId;
      return {
        kind: 'group',
        ...(id !== undefined && { id }),
        members: resolveAll(spec.members, kit, fed),
        defaultQueue: kit.defaultQueue,
        ...(spec.onError.length > 0 && { onError: resolveAll(spec.onError, kit, true) }),
      };
    }
  }
}

const resolveAll = (signatures: AnySignature[], kit: Kit, fed: boolean): ResolvedSignature[] =>
  signatures.map((signature) => resolve(signature, kit, fed));

/** The id among the options of a group. Throws TASK_OPTIONS_INVALID for all others, which only a task can take. */
function groupIdOf({ taskId, ...others }: ApplyAsyncOptions): string | undefined {
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0) {
    const problems = `a group takes no ${given.join(', ')}; give it to the members, or to a task that follows`;
    throw coded('TASK_OPTIONS_INVALID', { name: 'group', problems });
  }
  if (taskId !== undefined) checkOptions('group', { taskId });
  return taskId;
}

/** The message of a signature, with those that it comes after. Throws TASK_OPTIONS_INVALID when two were given one id. */
function messageOf(signature: AnySignature, kit: Kit, options: ApplyAsyncOptions = {}): TaskMessage {
  const message = plan(resolve(signature, kit, false, options), [], newId);
  const ids = new Set<string>();
  for (const { id } of treeOf(message)) {
    if (ids.has(id)) {
      throw coded('TASK_OPTIONS_INVALID', { name: firstName(signature), problems: `two of its tasks have the id "${id}"` });
    }
    ids.add(id);
  }
  return traced(message, firstOf(message).id);
}

/** The messages of what a running task adds, under the ids that it gives them. */
export const planUnder = (signatures: AnySignature[], nextId: () => string): TaskMessage[] =>
  signatures.map((added) => plan(resolve(added, currentKit(firstName(added)), false), [], nextId));

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
      const message = messageOf(made, kit, options);
      await kit.broker.enqueue([message]);
      return handleOf(message) as Handle;
    },
    delay: () => made.applyAsync(),
    async delayOnCommit(transaction, options = {}) {
      const kit = currentKit(firstName(made));
      const message = messageOf(made, kit, options);
      await kit.outbox.write(transaction, [message]);
      return handleOf(message) as Handle;
    },
    clone: () => again(spec),
    set: (options) => again(onLast(spec, (last) => withOptions(last, options))),
    link: (callback) => again(onLast(spec, (last) => withLink(last, callback))),
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

function withOptions<S extends TaskSpec | GroupSpec>(spec: S, options: ApplyAsyncOptions): S {
  if (spec.kind === 'task') return { ...spec, options: { ...spec.options, ...options } };
  const taskId = groupIdOf(options);
  return taskId === undefined ? spec : { ...spec, taskId };
}

function withLink<S extends TaskSpec | GroupSpec>(spec: S, callback: AnySignature): S {
  if (spec.kind === 'task') return { ...spec, link: [...spec.link, callback] };
  throw coded('TASK_OPTIONS_INVALID', { name: 'group', problems: 'a group takes no link; let a task follow it' });
}

type HandlesOf<Signatures extends readonly AnySignature[]> = {
  -readonly [K in keyof Signatures]: Signatures[K] extends Signature<never, unknown, infer Handle> ? Handle : never;
};

/**
 * Leaves many signatures in the outbox at once, each on its own: they are enqueued if and only if the transaction commits.
 * Gives their handles in order. One whose `taskId` waits there already is dropped, as in every call.
 */
export async function delayAllOnCommit<const Signatures extends readonly AnySignature[]>(
  transaction: OutboxTransaction,
  signatures: Signatures,
): Promise<HandlesOf<Signatures>> {
  const kit = currentKit('delayAllOnCommit');
  const messages = signatures.map((signature) => messageOf(signature, kit));
  await kit.outbox.write(transaction, messages);
  return messages.map(handleOf) as HandlesOf<Signatures>;
}
