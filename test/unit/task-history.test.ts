import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunBuffer } from '#src/db/history/buffer.js';
import { type RunRow, runRowOf } from '#src/db/history/run-row.js';
import { wordQuery } from '#src/db/history/word-query.js';
import { wordVector } from '#src/db/history/words.js';
import { createSealer, redact, redactedJson } from '#src/taskkit/index.js';
import { runEvents } from '../support/run-events.js';

const { event, life } = runEvents();
const rowOf = (...given: Parameters<typeof event>) => runRowOf(event(...given)).row;
const roomy = () => createRunBuffer({ maxRuns: 100, maxSize: 1_000_000 });

function fold(rows: RunRow[]): RunRow[] {
  const buffer = roomy();
  for (const row of rows) buffer.add(row, 1);
  return buffer.next(100);
}

describe('the row that an event leaves', () => {
  it.each([
    ['started', 'STARTED', false],
    ['succeeded', 'SUCCESS', true],
    ['retried', 'RETRY', false],
    ['failed', 'FAILURE', true],
    ['revoked', 'REVOKED', true],
    ['returned', 'PENDING', false],
  ] as const)('of type %s says %s', (type, state, ended) => {
    const row = rowOf({ type, startedAt: 100, at: 350 });
    expect(row).toMatchObject({ state, runtime_ms: type === 'started' ? null : 250 });
    expect(row.finished_at !== null).toBe(ended);
  });

  it('has no time below 0, even when the clock was set back', () => {
    expect(rowOf({ type: 'succeeded', startedAt: 350, at: 100 }).runtime_ms).toBe(0);
  });
});

describe('events of one task are folded to its last run', () => {
  const rows = life('a').map((one) => runRowOf(one).row);

  it('in whatever order they come in', () => {
    const last = rows.at(-1);
    const anyOrder = fc.shuffledSubarray(rows, { minLength: rows.length });
    fc.assert(
      fc.property(anyOrder, (some) => {
        expect(fold(some)).toEqual([last]);
      }),
    );
  });

  it('also when the worker of the later run has a clock that is behind', () => {
    const retried = rowOf({ type: 'retried', retries: 0, startedAt: 900, at: 950 });
    const next = rowOf({ type: 'started', retries: 1, startedAt: 500, at: 500 });
    expect(fold([next, retried])).toEqual([next]);

    const returned = rowOf({ type: 'returned', startedAt: 900, at: 950 });
    const done = rowOf({ type: 'succeeded', startedAt: 500, at: 600 });
    expect(fold([done, returned])).toEqual([done]);
  });

  it('of a run that was taken back from a worker that was only slow, what the second worker says counts', () => {
    const second = rowOf({ type: 'succeeded', worker: 'two', startedAt: 500, at: 600 });
    const late = rowOf({ type: 'succeeded', worker: 'one', startedAt: 100, at: 700 });
    expect(fold([second, late])).toEqual([second]);
  });

  it('a message that was enqueued again under the same id begins anew', () => {
    const failed = rowOf({ type: 'failed', retries: 3, enqueuedAt: 0, startedAt: 100, at: 200 });
    const again = rowOf({ type: 'started', retries: 0, enqueuedAt: 1000, startedAt: 1001, at: 1001 });
    expect(fold([again, failed])).toEqual([again]);
  });

  it('each task by itself', () => {
    expect(fold([rowOf({ id: 'a' }), rowOf({ id: 'b' }), rowOf({ id: 'a', type: 'succeeded' })])).toHaveLength(2);
  });
});

describe('the buffer', () => {
  const ids = (rows: RunRow[]) => rows.map(({ id }) => id);

  it('keeps what is being written until it is removed, and then what came in meanwhile', () => {
    const buffer = roomy();
    for (const id of ['a', 'b']) buffer.add(rowOf({ id }), 1);
    const rows = buffer.next(10);
    buffer.add(rowOf({ id: 'a', type: 'succeeded' }), 1);
    expect(buffer.count()).toBe(2);
    buffer.remove(rows);
    expect(buffer.next(10)).toMatchObject([{ id: 'a', state: 'SUCCESS' }]);
  });

  it('drops the oldest start first, then the oldest of all, and counts them once', () => {
    const buffer = createRunBuffer({ maxRuns: 3, maxSize: 1000 });
    buffer.add(rowOf({ id: 'done', type: 'succeeded' }), 1);
    for (const id of ['start 1', 'start 2', 'start 3']) buffer.add(rowOf({ id }), 1);
    expect(ids(buffer.next(10))).toEqual(['done', 'start 2', 'start 3']);
    for (const id of ['x', 'y', 'z']) buffer.add(rowOf({ id, type: 'failed' }), 1);
    expect(ids(buffer.next(10))).toEqual(['x', 'y', 'z']);
    expect(buffer.takeDropped()).toBe(4);
    expect(buffer.takeDropped()).toBe(0);
  });

  it('is bounded by size too, and takes the size of what is gone off again', () => {
    const buffer = createRunBuffer({ maxRuns: 100, maxSize: 100 });
    for (const id of ['a', 'b', 'c']) buffer.add(rowOf({ id, type: 'succeeded' }), 40);
    expect(ids(buffer.next(10))).toEqual(['b', 'c']);
    buffer.remove(buffer.next(1));
    buffer.add(rowOf({ id: 'd', type: 'succeeded' }), 60);
    expect(ids(buffer.next(10))).toEqual(['c', 'd']);
  });
});

describe('what is kept of arguments and results', () => {
  const kept = redact;

  it('is without secrets, at any depth and however their keys are written', () => {
    const secrets = [
      'password',
      'newPassword',
      'reset_token',
      'Authorization',
      'Set-Cookie',
      'client_secret',
      'API-Key',
      'apiKey',
    ];
    for (const key of secrets) expect(kept({ user: [{ [key]: { deep: 'x' } }] })).toEqual({ user: [{ [key]: '[redacted]' }] });
    const harmless = { userId: 1, sessionId: 2, passed: true, key: 'first_post', passport: 'no' };
    expect(kept(harmless)).toEqual(harmless);
  });

  it('says of sealed texts only that they are', () => {
    expect(kept({ key: createSealer('a key').seal('x'.repeat(3000), 'here') })).toEqual({ key: '[sealed]' });
  });

  it('is cut in long texts, never through a character', () => {
    expect(kept('a'.repeat(2000))).toBe('a'.repeat(2000));
    expect(kept('a'.repeat(2005))).toBe(`${'a'.repeat(2000)}… (5 more characters)`);
    expect(kept(`${'a'.repeat(1999)}😀`)).toBe(`${'a'.repeat(1999)}\ufffd… (1 more characters)`);
  });

  it('is only the start of a value that is large as a whole', () => {
    const large = kept({ users: Array.from({ length: 100_000 }, (_, id) => ({ id, password: 'x' })) });
    expect(large).toMatchObject({
      truncated: true,
      start: { users: expect.arrayContaining([{ id: 0, password: '[redacted]' }]) },
    });
    expect(JSON.stringify(large).length).toBeLessThan(60_000);
    expect(kept({ text: 'a'.repeat(10_000) })).not.toHaveProperty('truncated');
  });

  it('is only the top of a value that is nested without end', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(kept(deep)).toHaveProperty('truncated', true);
  });

  it('is JSON that PostgreSQL can store, whatever came in', () => {
    expect(kept({ 'a\0': '\ud83d', b: undefined, c: 1n })).toEqual({ 'a\ufffd': '\ufffd', b: null, c: null });
    fc.assert(fc.property(fc.jsonValue(), (value) => void JSON.stringify(kept(value))));
  });

  it('is the same as JSON text, whether it had to be copied or not', () => {
    const tricky = fc.constantFrom(
      'password',
      'pass\nword',
      'to"ken',
      'sealed:v1:x',
      'a'.repeat(2001),
      '\ud800',
      '\0',
      'ü',
      'userId',
    );
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, tricky, fc.integer(), fc.boolean(), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(tricky, tie('any'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(values.object, (value) => {
        expect(redactedJson(value)).toBe(JSON.stringify(redact(value)));
      }),
    );
    expect(redactedJson(undefined)).toBeNull();
  });
});

describe('a search for words', () => {
  it.each([
    ['Ada@exam', "'ada':* & 'exam':*"],
    ['userId: 42', "'userid':* & '42'"],
    [`it's (a) \\ | ! & :* "b"`, "'it':* & 's':* & 'a':* & 'b':*"],
    ['“ZOË” 😀', "'zoë':*"],
    ['हिन्दी—中文', "'हिन्दी':* & '中文':*"],
    ['—!?', ''],
  ])('for %s is %s', (text, query) => {
    expect(wordQuery(text)).toBe(query);
  });

  it('finds the words of keys and values, none of which is an escape', () => {
    const json = JSON.stringify({ toAddress: 'Ada@example.com', note: 'a\nb "c" \\d', n: -1.5 });
    expect(wordVector(json)).toBe("'toaddress' 'ada' 'example' 'com' 'note' 'a' 'b' 'c' 'd' 'n' '1' '5'");
    expect(wordVector('{}')).toBe('');
  });

  it('finds the beginning of a word that is too long to be kept whole', () => {
    expect(wordVector('x'.repeat(300))).toBe(`'${'x'.repeat(200)}' '${'x'.repeat(100)}'`);
  });
});
