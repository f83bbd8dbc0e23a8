import { coded } from '../../errors.js';
import type { AsyncResult } from '../async-result.js';
import type { Task } from '../task.js';
import type { GroupResult } from './group-result.js';
import { type AnySignature, type Signature, signature } from './signature.js';

type ResultOf<S> = S extends Signature<never, infer R, unknown> ? R : never;
type HandleOf<S> = S extends Signature<never, unknown, infer H> ? H : never;
/** What all of these signatures need: each takes its part of the one result that they are offered. */
type NeedsOf<S> = (S extends Signature<infer N, unknown, unknown> ? (needs: N) => void : never) extends (needs: infer All) => void
  ? All
  : never;

/** What a step is offered: the result of the step before, or the results of a group under `results`. */
type Offered<R> = R extends readonly unknown[] ? { results: R } : R;

/** The place of a step that needs more than the one before it returns; named for the compiler's message. */
interface NotReturnedByTheStepBefore<Needs> {
  'the step before does not return what this one leaves out': Needs;
}

/** A chain's steps, each of which must find what it needs in the result of the one before. */
type Fitting<Steps extends readonly AnySignature[]> = Steps extends readonly [
  infer First extends AnySignature,
  infer Second extends AnySignature,
  ...infer Rest extends readonly AnySignature[],
]
  ? [Offered<ResultOf<First>>] extends [NeedsOf<Second>]
    ? readonly [First, ...Fitting<readonly [Second, ...Rest]>]
    : readonly [First, NotReturnedByTheStepBefore<NeedsOf<Second>>, ...Rest]
  : Steps extends readonly []
    ? readonly [AnySignature]
    : Steps;

/** A chain as a signature: it needs what its first step needs, and gives what its last one gives. */
type Chained<Steps extends readonly AnySignature[]> = Steps extends readonly [infer First, ...unknown[]]
  ? Steps extends readonly [...unknown[], infer Last]
    ? Signature<NeedsOf<First>, ResultOf<Last>, HandleOf<Last>>
    : never
  : AnySignature;

/**
 * Tasks one after another: each begins when the one before has succeeded, and arguments that it leaves out are filled from
 * that one's result. When a step fails, those after it fail with its name as the cause. Steps that are only known at run time
 * are checked then, each before it runs.
 */
export function chain<const Steps extends readonly AnySignature[]>(...steps: Steps & Fitting<Steps>): Chained<Steps> {
  if (steps.length === 0) throw coded('TASK_OPTIONS_INVALID', { name: 'chain', problems: 'a chain has at least one step' });
  return signature({ kind: 'chain', steps: [...steps] }) as AnySignature as Chained<Steps>;
}

type ResultsOf<Members extends readonly unknown[]> = { -readonly [K in keyof Members]: ResultOf<Members[K]> };

/** Tasks side by side. Its result is the results in order, once all have ended; if any failed, the group has failed. */
export function group<const Members extends readonly AnySignature[]>(
  ...members: Members
): Signature<NeedsOf<Members[number]>, ResultsOf<Members>, GroupResult<ResultsOf<Members>>> {
  return signature({ kind: 'group', members: [...members], onError: [] });
}

/** A group and the task that gets its results, in order, as the argument `results`. */
export function chord<const Header extends readonly AnySignature[], Body extends AnySignature>(
  header: Header,
  body: Body & ChordBody<Header, Body>,
): Signature<NeedsOf<Header[number]>, ResultOf<Body>, HandleOf<Body>> {
  return signature({ kind: 'chain', steps: [group(...header), body] });
}

/** The body, if the results of the header are what it needs. */
type ChordBody<Header extends readonly AnySignature[], Body> = [Offered<ResultsOf<Header>>] extends [NeedsOf<Body>]
  ? Body
  : NotReturnedByTheStepBefore<NeedsOf<Body>>;

/** One call of a task for each of `calls`, side by side, in tasks that make up to `size` calls each. */
export function chunks<Args, Result>(
  task: Task<Args, Result>,
  calls: Args[],
  size: number,
): Signature<unknown, Result[][], GroupResult<Result[][]>> {
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
export function map<Args, Result>(task: Task<Args, Result>, calls: Args[]): Signature<unknown, Result[], AsyncResult<Result[]>> {
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
export { delayAllOnCommit } from './signature.js';
