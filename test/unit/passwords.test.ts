import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLimiter } from '#src/accounts/limiter.js';
import { hashPassword, verifyPassword } from '#src/accounts/passwords.js';

describe('a password', () => {
  it('is accepted when it is the one that was hashed, and no other is', async () => {
    const hashed = await hashPassword('correct horse battery');
    expect(await verifyPassword('correct horse battery', hashed)).toBe(true);
    expect(await verifyPassword('correct horse batterY', hashed)).toBe(false);
    expect(await verifyPassword('', hashed)).toBe(false);
  });

  it('has another hash each time, which names the parameters and not the password', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
    expect(first).not.toBe(second);
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toContain('horse');
  });

  it('is the same however its letters are composed', async () => {
    expect(await verifyPassword('caf\u00e9 au lait', await hashPassword('cafe\u0301 au lait'))).toBe(true);
  });

  it('is still accepted after the parameters have been raised', async () => {
    const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const salt = Buffer.alloc(16);
    const weaker = `$scrypt$ln=10,r=8,p=1$${encode(salt)}$${encode(scryptSync('correct horse battery', salt, 32, { N: 1024, r: 8, p: 1 }))}`;
    expect(await verifyPassword('correct horse battery', weaker)).toBe(true);
    expect(await verifyPassword('another', weaker)).toBe(false);
  });

  it.each([undefined, null, '', '!', 'plain text', '$scrypt$ln=15,r=8,p=3$$'])('is never accepted against %j', async (hashed) => {
    expect(await verifyPassword('plain text', hashed)).toBe(false);
  });
});

describe('the limiter', () => {
  it('runs no more jobs at once than allowed, all of them, in order, and goes on after a failure', async () => {
    const limit = createLimiter(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3, 4, 5].map((job) =>
        limit(async () => {
          started.push(job);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (job === 1) throw new Error('failed');
        }),
      ),
    );
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});
