import { JourneymanError } from '../errors.js';
import type { ErrorClass, RetryPolicy, TaskOptions } from './types.js';

export const defaultRetryPolicy: RetryPolicy = { maxRetries: 3, retryBackoff: 60, retryBackoffMax: 600, retryJitter: true };

/**
 * The wait before retry number `retry` (1 for the first), in seconds: exponential and capped, then spread by up to a tenth.
 *
 * @param random A number from 0 up to 1, as Math.random gives.
 */
export function retryCountdown(policy: RetryPolicy, retry: number, random: number): number {
  const wait = Math.min(policy.retryBackoffMax, policy.retryBackoff * 2 ** (retry - 1));
  return policy.retryJitter ? wait * (0.9 + 0.2 * random) : wait;
}

/** Whether the same call would fail again. Only errors of the catalogue know that; any other may be a passing fault. */
const isPermanent = (error: unknown): boolean => error instanceof JourneymanError && error.permanent;

/**
 * Whether a task has failed for good with this error of its run number `retries` (0 for the first): the error is permanent,
 * no retry is left, or the task's own choice of errors leaves this one out.
 */
export function isFinal(
  error: unknown,
  { retries, maxRetries }: { retries: number; maxRetries: number },
  { autoretryFor, dontAutoretryFor }: Pick<TaskOptions, 'autoretryFor' | 'dontAutoretryFor'> = {},
): boolean {
  if (isPermanent(error) || retries >= maxRetries) return true;
  const isOneOf = (classes: ErrorClass[]) => classes.some((errorClass) => error instanceof errorClass);
  if (error === undefined) return false;
  return (dontAutoretryFor !== undefined && isOneOf(dontAutoretryFor)) || (autoretryFor !== undefined && !isOneOf(autoretryFor));
}

/** What `context.retry()` throws: another run is wanted, whatever the error is. */
export class RetryLater extends Error {
  constructor(
    /** Seconds; default: by the task's backoff. */
    readonly countdown: number | undefined,
    cause: unknown,
  ) {
    super('The handler asked for another run.', { cause });
  }
}
