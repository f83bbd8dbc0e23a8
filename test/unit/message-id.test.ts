import { describe, expect, it } from 'vitest';
import { newId } from '#src/taskkit/id.js';

describe('the id of a message', () => {
  // More than are made from one fetch of random bytes.
  const ids = Array.from({ length: 5000 }, newId);

  it('is another one each time', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is 22 characters that no program takes for a number or an option', () => {
    for (const id of ids) expect(id).toMatch(/^[A-Za-f][\w-]{21}$/);
  });
});
