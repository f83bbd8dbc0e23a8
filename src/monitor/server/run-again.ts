import { isDeepStrictEqual } from 'node:util';
import { coded } from '../../errors.js';
import { findTask as findContract, type Json, openCall } from '../../taskkit/index.js';
import type { JsonValue } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { findTask } from './find-task.js';

/** What stands in the history in place of something: see the task kit's redact.ts. */
const isShortened = (value: unknown): boolean =>
  /"\[redacted\]"|"\[sealed\]"|… \(\d+ more characters\)"|^\{"truncated":true,"start":/.test(JSON.stringify(value) ?? '');

/**
 * Enqueues a task anew, checked by its contract. Arguments that are left as they were shown are taken from the broker's own message,
 * secret ones sealed anew. Returns the new id. Throws TASK_ID_UNKNOWN, TASK_UNKNOWN, TASK_ARGUMENTS_INVALID, and TASK_MESSAGE_GONE when
 * only a shortened copy of an argument is left.
 *
 * @param changed The arguments instead of those shown. Default: those shown.
 */
export async function runAgain(context: MonitorContext, id: string, changed?: Record<string, JsonValue>): Promise<string> {
  const { row, call } = await findTask(context, id);
  const task = findContract(row.name);
  const shown = row.args;
  const stored = call && openCall(call);
  const args = changed ?? shown;
  const wanted = stored && isDeepStrictEqual(args, shown) ? stored : merge(id, { args, shown, stored });
  const result = await task.applyAsync(wanted as never, { ...(call && { queue: call.queue, priority: call.priority }) });
  return result.id;
}

function merge(
  id: string,
  { args, shown, stored }: { args: JsonValue; shown: JsonValue; stored: Record<string, Json> | undefined },
): unknown {
  const isObject = (value: JsonValue) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(args)) return args;
  const displayed = isObject(shown) ? (shown as Record<string, JsonValue>) : {};
  const merged = Object.entries(args as Record<string, JsonValue>).map(([key, value]): [string, unknown] => {
    if (stored && Object.hasOwn(stored, key) && isDeepStrictEqual(value, displayed[key])) return [key, stored[key]];
    if (isShortened(value))
      throw coded('TASK_MESSAGE_GONE', { id, what: `of the argument ${key} only a shortened copy is left` });
    return [key, value];
  });
  if (isShortened(args) && !stored)
    throw coded('TASK_MESSAGE_GONE', { id, what: 'only a shortened copy of its arguments is left' });
  return Object.fromEntries(merged);
}
