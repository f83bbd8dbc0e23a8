import { JourneymanError } from '../errors.js';
import type { RetryPolicy } from './types.js';

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

/** Whether a task has failed for good with this error of its run number `retries` (0 for the first). */
export const isFinal = (error: unknown, { retries, maxRetries }: { retries: number; maxRetries: number }): boolean =>
  isPermanent(error) || retries >= maxRetries;
