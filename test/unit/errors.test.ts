import { describe, expect, it } from 'vitest';
import { coded, type ErrorCode, errorCatalogue, JourneymanError } from '#src/errors.js';

const entries = Object.entries(errorCatalogue) as [ErrorCode, (typeof errorCatalogue)[ErrorCode]][];

describe.each(entries)('%s', (code, { http, permanent, text }) => {
  const placeholders = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

  it('has every placeholder of its message filled', () => {
    const values = Object.fromEntries(placeholders.map((name) => [name, `<${name}>`]));
    const error = new JourneymanError(code, values);
    for (const name of placeholders) expect(error.message).toContain(`<${name}>`);
    expect(error.message).not.toMatch(/[{}]/);
    expect(error).toMatchObject({ code, http, permanent, values });
  });

  it('is answered with an error status, and one that may pass is none of the client’s faults', () => {
    expect(http).toBeGreaterThanOrEqual(400);
    expect(http).toBeLessThan(600);
    // 429 is the one fault of a client that passes by waiting.
    if (!permanent && http !== 429) expect(http).toBeGreaterThanOrEqual(500);
  });
});

describe('a coded error', () => {
  it('is an Error with its values and its cause', () => {
    const cause = new Error('connection refused');
    const error = coded('BROKER_UNREACHABLE', { address: 'redis://host', reason: 'refused' }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('JourneymanError');
    expect(error.message).toBe('The broker does not answer at redis://host (refused). Check CELERY_BROKER_URL.');
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('errors.test');
  });

  it('shows values as they are, even those that look like a pattern', () => {
    expect(coded('COMMAND_FAILED', { reason: "$& $1 {reason} $'" }).message).toBe("$& $1 {reason} $'");
    expect(coded('USER_NOT_FOUND', { userId: 0 }).message).toBe('There is no user 0.');
  });
});
