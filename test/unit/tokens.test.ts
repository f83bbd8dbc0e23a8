import { describe, expect, it } from 'vitest';
import { createToken, hashToken } from '#src/accounts/tokens.js';

describe('a token', () => {
  it('has 256 random bits in letters that a URL takes', () => {
    const { token } = createToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(createToken().token).not.toBe(token);
  });

  it('is stored only as a hash, which the same token gives again', () => {
    const { token, hash } = createToken();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toContain(token);
    expect(hashToken(token)).toBe(hash);
  });
});
