import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coded } from '#src/errors.js';
import { findUnstorable, maxJsonBytes, storableJson, storableText, taskErrorOf } from '#src/taskkit/storable.js';

/** Texts of whatever 16-bit units, so that NUL and lone surrogates are common. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\0', '\ud83d', '\ude00', '\ud800', '\udfff', 'a'),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  ),
});
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('a text that a broker can store', () => {
  it('holds no NUL and no half of a surrogate pair', () => {
    expect(storableText('a\0b')).toBe('a\ufffdb');
    expect(storableText('\ud83d and \ude00')).toBe('\ufffd and \ufffd');
    expect(storableText('\ude00\ud83d')).toBe('\ufffd\ufffd');
    expect(storableText('\ud83d\ud83d\ude00\ude00')).toBe('\ufffd😀\ufffd');
  });

  it('is left as it is', () => {
    expect(storableText('naïve 😀 \u0001 \uffff')).toBe('naïve 😀 \u0001 \uffff');
  });

  it('is what is not complained about, and nothing else is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(findUnstorable(text) === undefined).toBe(storableText(text) === text);
        expect(findUnstorable(storableText(text))).toBeUndefined();
        expect(storableText(text)).toHaveLength(text.length);
        // PostgreSQL stores UTF-8: what can be stored comes back the same from it.
        if (!findUnstorable(text)) expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });
});

describe('a value that a broker cannot store', () => {
  it.each([
    [{ name: 'a\0' }, 'a NUL character', 'arguments.name'],
    [{ user: { names: ['fine', '\ud83d'] } }, 'half a surrogate pair', 'arguments.user.names.1'],
    [{ a: { 'k\0': 1 } }, 'a NUL character', 'arguments.a (a key)'],
    [{ a: [1, Number.NaN] }, 'the number NaN', 'arguments.a.1'],
    [{ a: Number.NEGATIVE_INFINITY }, 'the number -Infinity', 'arguments.a'],
    [{ a: 1n }, 'a bigint', 'arguments.a'],
    [{ a: () => 1 }, 'a function', 'arguments.a'],
  ])('%o is named with its place', (value, what, path) => {
    expect(findUnstorable(value)).toEqual({ what, path });
  });

  it('is none of these', () => {
    expect(findUnstorable({ a: [1, 'x', null, undefined, true, { b: [] }] })).toBeUndefined();
  });
});

describe('a result', () => {
  it('can be stored, whatever text a handler returns', () => {
    expect(storableJson({ found: ['a\0', '\ud83d'] })).toEqual({ found: ['a\ufffd', '\ufffd'] });
    fc.assert(fc.property(anyJson, (value) => findUnstorable(storableJson(value)) === undefined));
  });

  it('can be stored, whatever keys it has', () => {
    expect(storableJson({ 'a\0': { '\ud83d': 1 } })).toEqual({ 'a\ufffd': { '\ufffd': 1 } });
  });

  it('is plain JSON', () => {
    expect(storableJson(undefined)).toBeNull();
    expect(storableJson({ at: new Date(0), none: undefined, nan: Number.NaN })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      nan: null,
    });
  });
});

describe('what is kept of an error', () => {
  it('is its code, or else its class’s name, with its message and its stack', () => {
    expect(taskErrorOf(coded('USER_NOT_FOUND', { userId: 7 }))).toEqual({
      code: 'USER_NOT_FOUND',
      message: 'There is no user 7.',
      stack: expect.stringContaining('storable.test'),
    });
    expect(taskErrorOf(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(taskErrorOf(new TypeError('no function'))).toMatchObject({ code: 'TypeError', message: 'no function' });
  });

  it('can be stored, even of what is no error', () => {
    expect(taskErrorOf('a\0b')).toEqual({ code: 'Error', message: 'a\ufffdb' });
    expect(findUnstorable(taskErrorOf(new Error('a\0b')))).toBeUndefined();
  });
});

it('the estimate of a value’s JSON is never below its bytes', () => {
  fc.assert(fc.property(anyJson, (value) => maxJsonBytes(value) >= Buffer.byteLength(JSON.stringify(value))));
  fc.assert(fc.property(fc.double(), (value) => maxJsonBytes(value) >= Buffer.byteLength(JSON.stringify(value))));
});
