import { coded, JourneymanError } from '../../errors.js';
import { celeryTasks, type Handler, handle, type Json, type Task, type TaskContext } from '../../taskkit/index.js';
import { idsFrom } from '../canvas/ids.js';
import { fromPythonException, type PythonException } from '../codec/exceptions.js';
import type { CeleryMessage } from '../codec/types.js';
import type { Outbound } from '../redis/outbound.js';
import type { ResultWatch, StoredResult } from './watch-results.js';

type AnyTask = Task<never, unknown>;

/**
 * How many calls of each queue one process waits for at once. BullMQ takes that many jobs, one after the other, before it starts
 * the first of them: with many more the first would wait long.
 */
export const callsAtOnce = 200;

export interface CallOptions {
  outbound: Outbound;
  results: ResultWatch;
  /** Tells Celery's workers to end a task, or not to begin it. */
  revoke(id: string): Promise<void>;
  /** In milliseconds since 1970. */
  now: () => number;
}

/** The exception that a Python task ended with. Its class is the code. */
class PythonTaskFailed extends Error {
  readonly code: string;

  constructor(exception: PythonException, traceback: string | null) {
    const { code, message, stack } = fromPythonException(exception, traceback);
    super(message);
    this.code = code;
    this.name = code;
    if (stack !== undefined) this.stack = stack;
  }
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A call's id there: the task's own, and another one for each retry, since Celery keeps the result of the one before. */
const celeryId = ({ id, retries }: Pick<TaskContext, 'id' | 'retries'>) =>
  retries === 0 ? id : idsFrom(id, `retry${retries}`)();

function messageOf({ taskName, options }: AnyTask, args: Record<string, Json>, context: TaskContext): CeleryMessage {
  return {
    id: celeryId(context),
    task: taskName,
    args: [],
    kwargs: Object.fromEntries(Object.entries(args).map(([name, value]) => [snakeCase(name), value])),
    retries: 0,
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.ignoreResult && { ignoreResult: true }),
  };
}

/** The end of a task as a result has it, or undefined for one that has not ended. */
function endOf(
  { taskName: name }: AnyTask,
  { status, result, traceback }: StoredResult,
): { value: Json } | { error: Error } | undefined {
  if (status === 'SUCCESS') return { value: result as Json };
  if (status === 'FAILURE') return { error: new PythonTaskFailed(result as PythonException, traceback) };
  if (status === 'REVOKED') return { error: coded('TASK_REVOKED', { name }) };
  return undefined;
}

/**
 * Sends a call to Celery and waits for its result. A run that was lost with its process, or handed back, is made again: the
 * message has been sent under a mark that lasts as long as results do, so that it is not sent twice, and the result is found
 * where it lies. What it waits with is a subscription and a place in memory, no thread and no connection of its own.
 */
async function callPython(task: AnyTask, args: Record<string, Json>, context: TaskContext, options: CallOptions): Promise<Json> {
  const { outbound, results, revoke, now } = options;
  const { signal, log, queue } = context;
  const message = messageOf(task, args, context);
  const send = () => outbound.sendOnce(`call.${message.id}`, [{ queue, message }], now());
  if (message.ignoreResult) {
    await send();
    return null;
  }
  let hasEnded = false;
  let onResult = (_: StoredResult) => {};
  let onAbort = () => {};
  const ending = new Promise<Json>((resolve, reject) => {
    onResult = (stored) => {
      const end = endOf(task, stored);
      hasEnded ||= end !== undefined;
      if (!end) {
        if (stored.status === 'PROGRESS') context.progress(stored.result as Json).catch(reject);
      } else if ('value' in end) resolve(end.value);
      else reject(end.error);
    };
    onAbort = () => {
      reject(signal.reason);
      // Any other reason is a shutdown: another bridge goes on waiting.
      if (!(signal.reason instanceof JourneymanError)) return;
      revoke(message.id).catch((error: Error) => log.warn({}, `Celery could not be told to revoke the task: ${error.message}`));
    };
  });
  // It is waited for below, perhaps after it has been rejected.
  ending.catch(() => undefined);
  const unwatch = await results.watch(message.id, (stored) => onResult(stored));
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    if (!hasEnded) await send();
    return await ending;
  } finally {
    signal.removeEventListener('abort', onAbort);
    unwatch();
  }
}

/** The handlers of all tasks that live in Python workers: they call them there. */
export const callHandlers = (options: CallOptions): Handler[] =>
  [...celeryTasks().values()].map((task) =>
    handle(task, (args, context) => callPython(task, args as Record<string, Json>, context, options)),
  );
