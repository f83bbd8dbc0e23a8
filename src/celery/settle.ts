import { JourneymanError } from '../errors.js';
import { type Kit, type TaskError, type TaskLogger, type TaskMessage, taskErrorOf } from '../taskkit/index.js';
import { toTaskMessage } from './accept.js';
import { taskNameOf } from './arguments.js';
import { type Expansion, expand, lastOf, type ResultTuple, startOf } from './canvas/expand.js';
import { idsFrom } from './canvas/ids.js';
import { exceptionRepr, type PythonException, toPythonException } from './codec/exceptions.js';
import type { CeleryMessage, Continuation, SignatureOptions, WireSignature } from './codec/types.js';
import { destinationOf, type Routing } from './destination.js';
import type { Outbound } from './redis/outbound.js';
import { chordOutcome, type Results } from './results.js';

/** How a task of Celery's ended. */
export type Ending = { id: string; at: Date } & Continuation &
  (
    | { status: 'SUCCESS'; result: unknown }
    | { status: 'FAILURE' | 'REVOKED'; exception: PythonException; traceback?: string | undefined }
  );

type Failed = Extract<Ending, { status: 'FAILURE' | 'REVOKED' }>;

export interface SettleOptions {
  results: Results;
  outbound: Outbound;
  /** Hands messages to our own broker, which ignores those whose ids it knows. */
  enqueue: (messages: TaskMessage[]) => Promise<unknown>;
  routing: Routing;
  sealer: Kit['sealer'] | undefined;
  log: TaskLogger;
}

/** What is done when a task of Celery's has ended. */
export interface Settler {
  /**
   * Sends what follows a task, stores its result and tells its chord, in an order in which a crash loses nothing: whoever ran the
   * task keeps its message until this has resolved, and does it again otherwise. Doing it again sends nothing twice: our broker
   * knows the ids, which are the same each time, and what goes to Python is marked as sent in the same step.
   */
  settle(ending: Ending): Promise<void>;
  /** Ends a message that cannot be run as FAILURE, with all that follows from it. */
  reject(message: CeleryMessage, error: TaskError, at: Date): Promise<void>;
  /** Ends a message that was revoked before it came. */
  revoke(message: CeleryMessage, at: Date): Promise<void>;
}

export function createSettler({ results, outbound, enqueue, routing, sealer, log }: SettleOptions): Settler {
  const reject = (message: CeleryMessage, error: TaskError, at: Date) => {
    const label = `Task ${message.task}[${message.id}]`;
    log.error({ id: message.id, name: message.task, code: error.code }, `${label} from Celery is not run: ${error.message}`);
    return settle({ ...message, at, status: 'FAILURE', exception: toPythonException(error), traceback: error.message });
  };

  /** Sends messages to whoever runs them. `mark` names them, for those that go to Python. */
  async function send({ messages, chordSizes }: Expansion, mark: string, at: Date): Promise<void> {
    if (chordSizes.size > 0) await results.setChordSizes(chordSizes);
    const own: TaskMessage[] = [];
    const python: { queue: string; message: CeleryMessage }[] = [];
    const rejected: { message: CeleryMessage; error: TaskError }[] = [];
    for (const message of messages) {
      const destination = destinationOf(taskNameOf(message), message.queue, routing);
      try {
        if (typeof destination === 'object') python.push({ queue: destination.queue, message });
        else own.push(toTaskMessage(message, { ...routing, sealer }));
      } catch (error) {
        rejected.push({ message, error: taskErrorOf(error) });
      }
    }
    if (python.length > 0) await outbound.sendOnce(mark, python, at.getTime());
    if (own.length > 0) await enqueue(own);
    for (const { message, error } of rejected) await reject(message, error, at);
  }

  /** Sends signatures with these arguments before their own. Returns what their results are called. */
  async function sendAll(
    { id, rootId = id, at }: Pick<Ending, 'id' | 'rootId' | 'at'>,
    purpose: string,
    calls: { signature: WireSignature; options?: SignatureOptions }[],
    partial: unknown[],
  ): Promise<ResultTuple[]> {
    const nextId = idsFrom(id, purpose);
    const now = at.getTime();
    const expansions = calls.map(({ signature, options }) =>
      expand(signature, { partial, options: { root_id: rootId, parent_id: id, ...options }, nextId, now }),
    );
    const all: Expansion = {
      messages: expansions.flatMap(({ messages }) => messages),
      chordSizes: new Map(expansions.flatMap(({ chordSizes }) => [...chordSizes])),
    };
    if (all.messages.length > 0) await send(all, `${id}.${purpose}`, at);
    return expansions.map(({ result }) => result);
  }

  /** A chord fails with the first of its header's tasks that did; its body and all that would follow are told. */
  async function failChord(
    body: WireSignature,
    failed: { id: string; exception: PythonException },
    ending: Ending,
  ): Promise<void> {
    const message = `Dependency ${failed.id} raised ${exceptionRepr(failed.exception)}`;
    const exception = { exc_type: 'ChordError', exc_message: [message], exc_module: 'celery.exceptions' };
    const { messages } = expand(body, {
      partial: [],
      options: {},
      nextId: idsFrom(ending.id, 'chord'),
      now: ending.at.getTime(),
    });
    for (const each of messages) await settle({ ...each, at: ending.at, status: 'FAILURE', exception, traceback: message });
  }

  async function endChordPart(ending: Ending): Promise<void> {
    const { id, group, groupIndex, chord, status, at, rootId } = ending;
    if (!chord || group === undefined) return;
    const value = status === 'SUCCESS' ? ending.result : ending.exception;
    if (!(await results.endChordPart(group, groupIndex, [1, id, status, value]))) return;
    const { parts, saved } = await results.chordParts(group);
    const outcome = chordOutcome(parts, saved);
    if ('failed' in outcome) return failChord(chord, outcome.failed, ending);
    const from = { id: group, at, rootId: chord.options.root_id ?? rootId ?? id };
    await sendAll(from, 'body', [{ signature: chord, options: { parent_id: chord.options.parent_id ?? id } }], [outcome.results]);
    await results.forgetChord(group);
  }

  async function succeed(ending: Extract<Ending, { status: 'SUCCESS' }>): Promise<void> {
    const { id, result, at, callbacks = [], chain = [], ignoreResult } = ending;
    const next = chain.at(-1);
    const rest = chain.slice(0, -1);
    const calls = [
      ...together(callbacks).map((signature) => ({ signature })),
      ...(next ? [{ signature: next, options: rest.length > 0 ? { chain: rest } : {} }] : []),
    ];
    const sent = calls.length > 0 ? await sendAll(ending, 'next', calls, [result]) : [];
    const children = sent.map(startOf);
    if (!ignoreResult) await results.store(id, ending, { status: 'SUCCESS', result, children, at });
    await endChordPart(ending);
  }

  /** The steps that a failed one leaves undone end as it did, so that nobody waits for them for ever. */
  async function failChain({ chain = [], ...ending }: Failed): Promise<void> {
    const { status, exception, traceback, at } = ending;
    for (const [index, step] of chain.entries()) {
      const { messages } = expand(lastOf(step), {
        partial: [],
        options: {},
        nextId: idsFrom(ending.id, `step${index}`),
        now: at.getTime(),
      });
      for (const { errbacks: _, ...each } of messages) await settle({ ...each, status, exception, traceback, at });
    }
  }

  async function fail(ending: Failed): Promise<void> {
    const { id, at, status, exception, traceback, errbacks = [], ignoreResult } = ending;
    if (!ignoreResult) await results.store(id, ending, { status, result: exception, traceback, at });
    await endChordPart(ending);
    await failChain(ending);
    if (status === 'REVOKED' || errbacks.length === 0) return;
    await sendAll(
      ending,
      'errbacks',
      together(errbacks).map((signature) => ({ signature })),
      [id],
    );
  }

  async function settle(ending: Ending): Promise<void> {
    try {
      await (ending.status === 'SUCCESS' ? succeed(ending) : fail(ending));
    } catch (thrown) {
      if (thrown instanceof JourneymanError) throw thrown;
      // What follows the task makes no sense, and won't the next time: whoever waits for the task is told so.
      const error = taskErrorOf(thrown);
      log.error(
        { id: ending.id, err: thrown },
        `What follows task [${ending.id}] of Celery's could not be done: ${error.message}`,
      );
      const outcome = { status: 'FAILURE', result: toPythonException(error), traceback: error.stack, at: ending.at } as const;
      await results.store(ending.id, ending, outcome);
    }
  }
  const revoke = (message: CeleryMessage, at: Date) =>
    settle({ ...message, at, status: 'REVOKED', exception: toPythonException({ code: 'TASK_REVOKED', message: '' }) });
  return { settle, reject, revoke };
}

/** Several callbacks are a group, as Celery sends them; groups among them stay by themselves. */
function together(callbacks: WireSignature[]): WireSignature[] {
  const tasks = callbacks.filter((callback) => callback.subtask_type !== 'group');
  if (callbacks.length < 2 || tasks.length === 0) return callbacks;
  const group = { task: 'celery.group', args: [], kwargs: { tasks }, options: {}, subtask_type: 'group', immutable: false };
  return [...callbacks.filter((callback) => callback.subtask_type === 'group'), group];
}
