import type { TaskError } from '../../taskkit/index.js';
import { pythonRepr } from './python-repr.js';

/** An exception as Celery's JSON results hold it. Python makes the class that it names from the module, when it knows it. */
export interface PythonException {
  exc_type: string;
  /** What its class is called with. */
  exc_message: unknown[];
  exc_module: string;
}

/** The module that our own codes are filed under; Python makes a class for a name that it does not know. */
const ownModule = 'journeyman';

const builtin = (type: string) => (message: string) => ({ exc_type: type, exc_message: [message], exc_module: 'builtins' });
const billiard = (type: string, args: unknown[]) => ({ exc_type: type, exc_message: args, exc_module: 'billiard.exceptions' });
/** The seconds that the message of a time limit names. */
const limitIn = (message: string) => Number(/([\d.]+) s\.$/.exec(message)?.[1] ?? 0);
const revoked = (reason: string) => () => ({
  exc_type: 'TaskRevokedError',
  exc_message: [reason],
  exc_module: 'celery.exceptions',
});

/** Our codes, JavaScript's classes and the system's codes that have a counterpart in Python. */
const counterparts: Record<string, (message: string) => PythonException> = {
  TASK_ARGUMENTS_INVALID: builtin('TypeError'),
  TASK_SOFT_TIME_LIMIT: () => billiard('SoftTimeLimitExceeded', []),
  // What Node throws for a signal that was aborted, as a run's is at the soft limit.
  ABORT_ERR: () => billiard('SoftTimeLimitExceeded', []),
  TASK_TIME_LIMIT: (message) => billiard('TimeLimitExceeded', [limitIn(message)]),
  TASK_WORKER_LOST: (message) => billiard('WorkerLostError', [message]),
  TASK_REVOKED: revoked('revoked'),
  TASK_EXPIRED: revoked('expired'),
  TASK_UNKNOWN: (message) => ({
    exc_type: 'NotRegistered',
    exc_message: [/"([^"]+)"/.exec(message)?.[1] ?? message],
    exc_module: 'celery.exceptions',
  }),
  Error: builtin('Exception'),
  TypeError: builtin('TypeError'),
  RangeError: builtin('ValueError'),
  SyntaxError: builtin('ValueError'),
  ReferenceError: builtin('NameError'),
  TimeoutError: builtin('TimeoutError'),
  ETIMEDOUT: builtin('TimeoutError'),
  ECONNREFUSED: builtin('ConnectionRefusedError'),
  ECONNRESET: builtin('ConnectionResetError'),
  EPIPE: builtin('BrokenPipeError'),
  ENOENT: builtin('FileNotFoundError'),
  EACCES: builtin('PermissionError'),
};

/** An error of ours as Python knows it. A code without a counterpart keeps its name, in the module `journeyman`. */
export function toPythonException({ code, message }: TaskError): PythonException {
  const counterpart = Object.hasOwn(counterparts, code) ? counterparts[code] : undefined;
  return counterpart?.(message) ?? { exc_type: code, exc_message: [message], exc_module: ownModule };
}

/** As Python's `repr` shows it, such as `ValueError('too long', 42)`. */
export const exceptionRepr = ({ exc_type: type, exc_message: args }: PythonException): string =>
  `${type}(${args.map(pythonRepr).join(', ')})`;

/** An exception that Python raised, as an error of ours: its class is the code. */
export const fromPythonException = (exception: PythonException, traceback: string | null): TaskError => ({
  code: exception.exc_type,
  message: exception.exc_message.map((part) => (typeof part === 'string' ? part : pythonRepr(part))).join(', '),
  ...(traceback !== null && { stack: traceback }),
});
