import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coded } from '#src/errors.js';
import { defaultRetryPolicy, isFinal, retryCountdown } from '#src/taskkit/retry.js';
import type { RetryPolicy } from '#src/taskkit/types.js';

const steady: RetryPolicy = { ...defaultRetryPolicy, retryJitter: false };

describe('the wait before a retry', () => {
  it('is 60, 120 and 240 seconds by default', () => {
    expect(defaultRetryPolicy.maxRetries).toBe(3);
    expect([1, 2, 3].map((retry) => retryCountdown(steady, retry, 0.5))).toEqual([60, 120, 240]);
  });

  it('grows no more at the cap, however many retries there are', () => {
    expect([4, 5, 6, 5000].map((retry) => retryCountdown(steady, retry, 0.5))).toEqual([480, 600, 600, 600]);
  });

  it('may be nothing', () => {
    expect(retryCountdown({ ...steady, retryBackoff: 0 }, 3, 0.5)).toBe(0);
  });

  it('is spread by at most a tenth either way, and evenly', () => {
    expect(retryCountdown(defaultRetryPolicy, 1, 0)).toBeCloseTo(54);
    expect(retryCountdown(defaultRetryPolicy, 1, 0.5)).toBeCloseTo(60);
    expect(retryCountdown(defaultRetryPolicy, 1, 1)).toBeCloseTo(66);

    const policy = fc.record({
      maxRetries: fc.nat(20),
      retryBackoff: fc.double({ min: 0, max: 1e6, noNaN: true }),
      retryBackoffMax: fc.double({ min: 0, max: 1e6, noNaN: true }),
      retryJitter: fc.boolean(),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 50 }), random, (given, retry, at) => {
        const exact = retryCountdown({ ...given, retryJitter: false }, retry, at);
        const wait = retryCountdown(given, retry, at);
        expect(exact).toBeLessThanOrEqual(given.retryBackoffMax);
        expect(exact).toBeGreaterThanOrEqual(0);
        expect(Math.abs(wait - exact)).toBeLessThanOrEqual(given.retryJitter ? exact * 0.1 * (1 + 1e-9) : 0);
      }),
    );
  });
});

describe('a failure', () => {
  const run = (retries: number) => ({ retries, maxRetries: 3 });

  it('is final at once only when the catalogue calls the error permanent', () => {
    expect(isFinal(coded('USER_NOT_FOUND', { userId: 1 }), run(0))).toBe(true);
    expect(isFinal(coded('EMAIL_UNAVAILABLE', { reason: 'away' }), run(0))).toBe(false);
    expect(isFinal(new TypeError('x is not a function'), run(0))).toBe(false);
    expect(isFinal({ permanent: true }, run(0))).toBe(false);
    expect(isFinal(undefined, run(0))).toBe(false);
  });

  it('is final in the last retry', () => {
    expect([0, 1, 2, 3].map((retries) => isFinal(new Error('again'), run(retries)))).toEqual([false, false, false, true]);
  });
});
