import { coded } from '../../errors.js';
import type { AsyncResult } from '../async-result.js';
import type { Task } from '../task.js';
import type { GroupResult } from './group-result.js';
import { type AnySignature, type Signature, signature } from './signature.js';

type ResultOf<S> = S extends Signature<never, infer R, unknown> ? R : never;
type NeedsOf<S> = S extends Signature<infer N, unknown, unknown> ? N : never;
type HandleOf<S> = S extends Signature<never, unknown, infer H> ? H : never;

/** What a step is offered: the result of the step before, or the results of a group under `results`. */
type Offered<R> = R extends readonly unknown[] ? { results: R } : R;

/** A chain's steps, each of which must find what it needs in the result of the one before. */
type Fitting<Steps extends readonly AnySignature[]> = Steps extends readonly [infer First, infer Second, ...infer Rest]
  ? [Offered<ResultOf<First>>] extends [NeedsOf<Second>]
    ? Rest extends readonly AnySignature[]
      ? readonly [First, ...(Second extends AnySignature ? Fitting<readonly [Second, ...Rest]> : never)]
      : never
    : readonly [First, { 'the step before does not return what this one leaves out': NeedsOf<Second> }]
  : Steps;
type LastOf<Steps extends readonly unknown[]> = Steps extends readonly [...unknown[], infer Last] ? Last : never;
type FirstOf<Steps extends readonly unknown[]> = Steps extends readonly [infer First, ...unknown[]] ? First : never;

/**
 * Tasks one after another: each begins when the one before has succeeded, and arguments that it leaves out are filled from
 * that one's result. When a step fails, those after it fail with its name as the cause.
 */
export function chain<const Steps extends readonly [AnySignature, ...AnySignature[]]>(
  ...steps: Fitting<Steps> extends Steps ? Steps : Fitting<Steps>
): Signature<NeedsOf<FirstOf<Steps>>, ResultOf<LastOf<Steps>>, HandleOf<LastOf<Steps>>>;
/** A chain whose steps are only known at run time: each step's arguments are checked before it runs. */
export function chain(...steps: AnySignature[]): AnySignature;
// biome-ignore lint/suspicious/noExplicitAny: the overloads say what it takes
export function chain(...steps: any[]): any {
  if (steps.length === 0) throw coded('TASK_OPTIONS_INVALID', { name: 'chain', problems: 'a chain has at least one step' });
  return signature({ kind: 'chain', steps });
}

/** Tasks side by side. Its result is the results in order, once all have ended; if any failed, the group has failed. */
export function group<const Members extends readonly AnySignature[]>(
  ...members: Members
): Signature<
  NeedsOf<Members[number]>,
  { -readonly [K in keyof Members]: ResultOf<Members[K]> },
  GroupResult<{ -readonly [K in keyof Members]: ResultOf<Members[K]> }>
> {
  return signature({ kind: 'group', members: [...members], onError: [] });
}

/** A group and the task that gets its results, in order, as the argument `results`. */
export const chord = <R, H>(
  header: readonly AnySignature[],
  body: Signature<{ results: never[] }, R, H> | Signature<never, R, H>,
): Signature<never, R, H> => signature({ kind: 'chain', steps: [group(...header), body as AnySignature] });

/** One call of a task for each of `calls`, side by side, in tasks that make up to `size` calls each. */
export function chunks<Args, Result>(
  task: Task<Args, Result>,
  calls: Args[],
  size: number,
): Signature<never, Result[][], GroupResult<Result[][]>> {
  if (!(Number.isInteger(size) && size > 0)) {
    throw coded('TASK_OPTIONS_INVALID', {
      name: task.taskName,
      problems: `chunks of ${size} calls: give a whole number above 0`,
    });
  }
  const parts = Array.from({ length: Math.ceil(calls.length / size) }, (_, part) => calls.slice(part * size, (part + 1) * size));
  return group(...parts.map((part) => map(task, part) as AnySignature)) as never;
}

/** The calls one after another in one task, whose result is theirs in order; Celery's map and starmap. */
export function map<Args, Result>(task: Task<Args, Result>, calls: Args[]): Signature<never, Result[], AsyncResult<Result[]>> {
  return signature({
    kind: 'task',
    task: task as never,
    args: {},
    calls: calls as object[],
    immutable: true,
    options: {},
    link: [],
    onError: [],
  });
}

export type { GroupProgress, Outcome } from './group-result.js';
export { GroupResult } from './group-result.js';
export type { AnySignature, Signature } from './signature.js';
