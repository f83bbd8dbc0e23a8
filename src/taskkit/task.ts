import { z } from 'zod';
import { coded } from '../errors.js';
import { AsyncResult } from './async-result.js';
import { type Signature, signature } from './canvas/signature.js';
import { currentKit, runHere } from './kit.js';
import { createMessage, noOptions } from './message.js';
import type { ApplyAsyncOptions, Json, OutboxTransaction, TaskContext, TaskError, TaskOptions } from './types.js';

type Shape = z.ZodRawShape;
/** The names of those arguments that are texts. */
type TextOf<S extends Shape> = {
  [K in keyof S & string]: [z.input<S[K]>] extends [string | null | undefined] ? K : never;
}[keyof S & string];

/** A task: its contract, and the ways to call it. Call it as a function to run it here and now. */
export interface Task<Args = unknown, Result = unknown> {
  (args: Args): Promise<Result>;
  /** Celery's name, such as `tasks.email_tasks.send_welcome_email`. Typed so that it may stand where a function's name stands. */
  readonly taskName: string;
  readonly schema: z.ZodObject;
  /** The arguments' names, in the order a positional caller gives them. */
  readonly parameters: readonly string[];
  readonly returns: z.ZodType<Result>;
  readonly options: Readonly<TaskOptions>;
  /** A call that is described but not made. Arguments that are left out come from the step before. */
  s<Given extends Partial<Args> = Record<never, never>>(
    given?: Given & { [K in Exclude<keyof Given, keyof Args>]: never },
  ): Signature<Omit<RequiredPart<Args>, keyof Given>, Result>;
  /** A call that takes nothing from the step before; Celery's immutable signature. */
  si(args: Args): Signature<Record<never, never>, Result>;
  /** Enqueues the task: fire and forget. Throws TASK_ARGUMENTS_INVALID when the arguments are wrong. */
  delay(args: Args): Promise<AsyncResult<Result>>;
  /** Enqueues the task with options for this one call. */
  applyAsync(args: Args, options?: ApplyAsyncOptions): Promise<AsyncResult<Result>>;
  /** Leaves the task in the outbox: it is enqueued if and only if the transaction commits. */
  delayOnCommit(transaction: OutboxTransaction, args: Args, options?: ApplyAsyncOptions): Promise<AsyncResult<Result>>;
}

type RequiredPart<Args> = { [K in keyof Args as string extends K ? never : undefined extends Args[K] ? never : K]: Args[K] };

export interface Handler {
  readonly task: Task<never, unknown>;
  run(args: Record<string, Json>, context: TaskContext): Promise<Json>;
  /** Called when the task has ended as FAILURE: no retry is left, its time is over, or it lost its workers. */
  onFailure?(args: Record<string, Json>, error: TaskError, context: FailureContext): Promise<void>;
}

export type FailureContext = Pick<TaskContext, 'id' | 'name' | 'log'>;

const registry = new Map<string, Task<never, unknown>>();

/** Every task that has been defined, by name. */
export const registeredTasks = (): ReadonlyMap<string, Task<never, unknown>> => registry;

/**
 * Defines a task.
 *
 * @param name Celery's name for it.
 * @param shape The arguments' schemas, in the order a positional caller gives them.
 * @param options Queue, priority, limits and retries; `returns` is the shape of the result, which types what callers get.
 */
export function task<S extends Shape, R extends Shape>(
  name: string,
  shape: S,
  { returns, ...options }: TaskOptions & { returns: R; sealed?: readonly NoInfer<TextOf<S>>[] },
): Task<z.input<z.ZodObject<S>>, z.output<z.ZodObject<R>>> {
  type Args = z.input<z.ZodObject<S>>;
  type Result = z.output<z.ZodObject<R>>;
  if (registry.has(name)) throw coded('TASK_DEFINED_TWICE', { name });
  const misnamed = options.sealed?.find((argument) => !Object.hasOwn(shape, argument));
  if (misnamed) throw coded('TASK_OPTIONS_INVALID', { name, problems: `sealed names "${misnamed}", which is no argument` });

  const applyAsync = async (args: Args, callOptions: ApplyAsyncOptions = noOptions) => {
    const kit = currentKit(name);
    const message = createMessage(definition, args, callOptions, kit);
    const [id = message.id] = await kit.broker.enqueue([message]);
    return new AsyncResult<Result>(id, message.queue);
  };
  const call = (args: object, immutable: boolean) =>
    signature<never, never, never>({
      kind: 'task',
      task: definition as unknown as Task<never, unknown>,
      args,
      immutable,
      options: {},
      link: [],
      onError: [],
    });
  const definition: Task<Args, Result> = Object.assign(
    (args: Args) => runHere(definition as unknown as Task<never, unknown>, args) as Promise<Result>,
    {
      taskName: name,
      parameters: Object.keys(shape),
      schema: z.strictObject(shape) as unknown as z.ZodObject,
      returns: z.looseObject(returns) as unknown as z.ZodType<Result>,
      options: Object.freeze(options),
      s: (given: object = {}) => call(given, false) as never,
      si: (args: Args) => call(args as object, true) as never,
      applyAsync,
      delay: (args: Args) => applyAsync(args),
      delayOnCommit: async (transaction: OutboxTransaction, args: Args, callOptions: ApplyAsyncOptions = noOptions) => {
        const kit = currentKit(name);
        const message = createMessage(definition, args, callOptions, kit);
        await kit.outbox.write(transaction, [message]);
        return new AsyncResult<Result>(message.id, message.queue);
      },
    },
  );
  registry.set(name, definition as unknown as Task<never, unknown>);
  return definition;
}

/**
 * Binds the function that does a task's work; its arguments have passed the schema.
 *
 * @param onFailure Called once the task is known to fail for good, before it is told so; again if the worker is lost in between.
 */
export function handle<Args, Result>(
  definition: Task<Args, Result>,
  run: (args: Args, context: TaskContext) => Promise<NoInfer<Result>>,
  onFailure?: (args: Args, error: TaskError, context: FailureContext) => Promise<void>,
): Handler {
  return {
    task: definition as unknown as Task<never, unknown>,
    run: (args, context) => run(args as Args, context) as Promise<Json>,
    ...(onFailure && { onFailure: (args, error, context) => onFailure(args as Args, error, context) }),
  };
}
