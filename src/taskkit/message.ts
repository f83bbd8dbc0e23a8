import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { coded } from '../errors.js';
import { newId } from './id.js';
import { defaultRetryPolicy } from './retry.js';
import { findRoute, type TaskRoutes } from './routes.js';
import { type Sealer, sealArguments } from './sealer.js';
import { findUnstorable, maxJsonBytes } from './storable.js';
import type { ApplyAsyncOptions, Json, TaskMessage, TaskOptions } from './types.js';

/** The most bytes the arguments of one call may take as JSON. */
const maxPayloadBytes = 4 * 1024 * 1024;

interface Contract {
  readonly taskName: string;
  readonly schema: z.ZodObject;
  readonly options: Readonly<TaskOptions>;
}

/** What is wrong with a value, in one line: each problem with the path it is at. */
export const describeProblems = (error: z.ZodError): string =>
  error.issues.map((issue) => (issue.path.length ? `${issue.path.join('.')}: ${issue.message}` : issue.message)).join('; ');

/** Checks arguments against a task's schema. Throws TASK_ARGUMENTS_INVALID, naming each problem but no value. */
export function parseArguments(
  contract: Pick<Contract, 'taskName'> & { schema: z.ZodType },
  args: unknown,
): Record<string, Json> {
  const parsed = contract.schema.safeParse(args ?? {});
  if (parsed.success) return parsed.data as Record<string, Json>;
  throw coded('TASK_ARGUMENTS_INVALID', { name: contract.taskName, problems: describeProblems(parsed.error) });
}

/** Throws TASK_OPTIONS_INVALID, naming each problem. */
export function checkOptions(name: string, options: ApplyAsyncOptions): void {
  if (options === noOptions) return;
  const problems = [];
  const { countdown, eta, expires, priority, taskId, queue, maxRetries, retryBackoff, retryBackoffMax } = options;
  if (countdown !== undefined && eta !== undefined) problems.push('give countdown or eta, not both');
  for (const [option, value] of Object.entries({ countdown, retryBackoff, retryBackoffMax, maxRetries })) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 0))
      problems.push(`${option} is ${value}, not a number from 0 up`);
  }
  if (eta && Number.isNaN(eta.getTime())) problems.push('eta is not a valid date');
  if (expires instanceof Date ? Number.isNaN(expires.getTime()) : expires !== undefined && !Number.isFinite(expires)) {
    problems.push('expires is neither seconds nor a valid date');
  }
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 9)) {
    problems.push(`priority is ${priority}, not a whole number from 0 (first) to 9 (last)`);
  }
  if (queue !== undefined && !isQueueName(queue))
    problems.push(`queue is "${queue}", not a name of letters, digits, ".", "_" and "-"`);
  // The broker keeps ids that are whole numbers for itself and separates with ':'.
  if (taskId !== undefined && (!/^[\w.-]{1,200}$/.test(taskId) || /^\d+$/.test(taskId))) {
    problems.push(`taskId is "${taskId}", not 1 to 200 letters, digits, ".", "_" and "-" that are more than a number`);
  }
  if (problems.length) throw coded('TASK_OPTIONS_INVALID', { name, problems: problems.join('; ') });
}

function checkSize(name: string, args: Record<string, Json>): void {
  if (maxJsonBytes(args) <= maxPayloadBytes) return;
  const bytes = Buffer.byteLength(JSON.stringify(args));
  if (bytes > maxPayloadBytes) throw coded('TASK_PAYLOAD_TOO_LARGE', { name, bytes, limit: maxPayloadBytes });
}

/** The options of a call that names none. */
export const noOptions: ApplyAsyncOptions = Object.freeze({});

const partials = new WeakMap<z.ZodObject, z.ZodObject>();

/** The schema of a call that may leave arguments out. Kept, since to make one takes zod far longer than to use it. */
function partialOf(schema: z.ZodObject): z.ZodObject {
  const known = partials.get(schema);
  if (known) return known;
  const partial = schema.partial();
  partials.set(schema, partial);
  return partial;
}

/** Short whatever the arguments are, and the same for the same ones in another order. */
function uniqueKey(name: string, unique: TaskOptions['unique'], args: Record<string, Json>): string | undefined {
  if (!unique) return undefined;
  const key =
    typeof unique === 'function' ? unique(args) : JSON.stringify(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${name}-${createHash('sha256').update(key).digest('base64url')}`;
}

export const isQueueName = (name: string): boolean => /^[\w.-]{1,100}$/.test(name);

/**
 * Makes the message of one call, checked so that a bad call fails here, at the caller, and nothing is queued.
 * Options of the call win over routes, which win over the task's own. With `partial` arguments may be left out: a step of a
 * chain gets them from the step before, and is checked again before it runs. Secret arguments are sealed.
 */
export function createMessage(
  { taskName, schema, options }: Contract,
  args: unknown,
  call: ApplyAsyncOptions,
  { routes, defaultQueue, sealer }: { routes: TaskRoutes; defaultQueue: string; sealer?: Pick<Sealer, 'seal'> | undefined },
  { partial = false }: { partial?: boolean } = {},
): TaskMessage {
  const parsed = parseArguments({ taskName, schema: partial ? partialOf(schema) : schema }, args);
  checkOptions(taskName, call);
  const bad = findUnstorable(parsed);
  if (bad) throw coded('TASK_PAYLOAD_NOT_STORABLE', { name: taskName, ...bad });
  checkSize(taskName, parsed);

  const unique = uniqueKey(taskName, options.unique, parsed);
  const route = findRoute(taskName, routes);
  const now = Date.now();
  const eta = call.eta?.getTime() ?? (call.countdown ? Math.round(now + call.countdown * 1000) : undefined);
  const expires =
    call.expires instanceof Date
      ? call.expires.getTime()
      : call.expires === undefined
        ? undefined
        : Math.round(now + call.expires * 1000);
  return {
    id: call.taskId ?? newId(),
    name: taskName,
    queue: call.queue ?? route?.queue ?? options.queue ?? defaultQueue,
    args: sealArguments({ taskName, options }, parsed, sealer),
    priority: call.priority ?? route?.priority ?? options.priority ?? 0,
    retry: {
      maxRetries: call.maxRetries ?? options.maxRetries ?? defaultRetryPolicy.maxRetries,
      retryBackoff: call.retryBackoff ?? options.retryBackoff ?? defaultRetryPolicy.retryBackoff,
      retryBackoffMax: call.retryBackoffMax ?? options.retryBackoffMax ?? defaultRetryPolicy.retryBackoffMax,
      retryJitter: call.retryJitter ?? options.retryJitter ?? defaultRetryPolicy.retryJitter,
    },
    ignoreResult: options.ignoreResult ?? false,
    ...(unique !== undefined && { unique }),
    ...(eta !== undefined && { eta }),
    ...(expires !== undefined && { expires }),
  };
}
