import { describe, expect, it } from 'vitest';
import { createSealer, isSealed } from '#src/taskkit/index.js';

const sealer = createSealer('a key');
const context = 'tests.send/token';

describe('a sealed text', () => {
  it('is opened with the same key and context', () => {
    for (const text of ['', 'a token', 'Zürich ☕ 😀', 'x'.repeat(10_000)]) {
      const sealed = sealer.seal(text, context);
      expect(isSealed(sealed)).toBe(true);
      expect(createSealer('a key').open(sealed, context)).toBe(text);
    }
  });

  it('is another one each time', () => {
    expect(sealer.seal('a token', context)).not.toBe(sealer.seal('a token', context));
  });

  it('is not opened with another key, in another context, or when it was changed', () => {
    const sealed = sealer.seal('a token', context);
    expect(() => createSealer('another key').open(sealed, context)).toThrow();
    expect(() => sealer.open(sealed, 'tests.send/other')).toThrow();
    for (const broken of [sealed.slice(0, -2), `${sealed}AA`, 'sealed:v1:', 'sealed:v1:AAAA', sealed.replace(/.{5}$/, 'AAAAA')]) {
      expect(() => sealer.open(broken, context)).toThrow();
    }
  });

  it('is not what any other text is', () => {
    expect(sealer.open('a token', context)).toBe('a token');
    expect(isSealed('sealed')).toBe(false);
    expect(isSealed(7)).toBe(false);
  });
});
