import { randomFillSync } from 'node:crypto';

const idBytes = 16;
/** Random bytes are fetched for many ids at once: that costs hardly more than for one. */
const pool = Buffer.alloc(256 * idBytes);
let used = pool.length;

/**
 * A fresh id for a message: 22 letters, digits, '-' and '_', of 127 random bits. Shorter than a UUID, since on its way through the
 * broker an id is copied a dozen times. It begins with a letter, so that no program takes it for a number or an option.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool[used]! &= 0x7f;
  const id = pool.toString('base64url', used, used + idBytes);
  used += idBytes;
  return id;
}
