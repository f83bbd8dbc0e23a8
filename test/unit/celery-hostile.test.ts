import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, MalformedMessage } from '#src/celery/codec/decode.js';
import { encodeMessage } from '#src/celery/codec/encode.js';
import { receivedEvent } from '#src/celery/events/task-events.js';

/** Keys that an object may have from JSON, and that mean something to JavaScript. */
const special = fc.constantFrom('toString', 'valueOf', 'toJSON', '__proto__', 'constructor', 'length', '__type__', '__value__');

/** Any value that JSON can hold. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e20, 1e300, '', 'soon', '2030-01-02T03:04:05', '\0', '\ud800', 'gzip', 'base64'),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(special, fc.string()), tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** What a member of a message is, or anything else now and then. */
const mostly = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: value });
const fields = (members: Record<string, fc.Arbitrary<unknown>>) => mostly(fc.record(members));
const text = mostly(fc.string({ minLength: 1 }));
const number = mostly(fc.option(fc.integer()));
const time = mostly(fc.option(fc.date({ noInvalidDate: true })));
const list = (member: fc.Arbitrary<unknown>) => mostly(fc.option(fc.array(member, { maxLength: 2 })));
const args = mostly(fc.array(value));
const kwargs = mostly(fc.dictionary(fc.string(), value));
const signature = fields({ task: text, args, kwargs });
const follows = {
  callbacks: list(signature),
  errbacks: list(signature),
  chain: list(signature),
  chord: mostly(fc.constant(null)),
};
const headers = {
  task: text,
  id: text,
  eta: time,
  expires: time,
  retries: number,
  timelimit: list(number),
  root_id: text,
  group: text,
  group_index: number,
};

/** Ways of laying a body into a message: its text, and what names the way. */
const packings: ((json: string) => { body: string; encoding?: string; compression?: string })[] = [
  (json: string) => ({ body: json }),
  (json: string) => ({ body: Buffer.from(json).toString('base64'), encoding: 'base64' }),
  (json: string) => ({ body: deflateSync(json).toString('base64'), encoding: 'base64', compression: 'application/x-gzip' }),
  (json: string) => ({ body: json, encoding: 'base64', compression: 'zlib' }),
];

/** Something like a message of Celery's, of protocol 2 or 1. */
const envelope = fc
  .record({
    pack: fc.constantFrom(...packings),
    called: fc.oneof(
      fc.record({ headers: fields(headers), body: mostly(fc.tuple(args, kwargs, fields(follows))) }),
      fc.record({ headers: mostly(fc.constant({})), body: fields({ ...headers, ...follows, args, kwargs }) }),
    ),
    priority: number,
    contentType: mostly(fc.constant('application/json')),
  })
  .map(({ pack, called, priority, contentType }) => {
    const { body, encoding, compression } = pack(JSON.stringify(called.body));
    return JSON.stringify({
      body,
      'content-type': contentType,
      headers: { ...(called.headers as object), compression },
      properties: { priority, body_encoding: encoding },
    });
  });

/** The message, or undefined for one that was refused as malformed. Any other error is thrown on. */
function decoded(raw: string) {
  try {
    return decodeMessage(raw);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

describe('A message from anybody', () => {
  it.each([
    ['any text', fc.string({ unit: 'binary' })],
    ['any bytes', fc.uint8Array().map((bytes) => Buffer.from(bytes).toString())],
    ['any JSON', fc.json()],
    ['any JSON with names that JavaScript knows', value.map((any) => JSON.stringify(any))],
    ['what is nearly a message', envelope],
  ])('is read or is malformed, and nothing else: %s', (_, messages) => {
    fc.assert(
      fc.property(messages, (raw) => {
        decoded(raw);
      }),
      { numRuns: 1000 },
    );
  });

  it('that was read can be written again and shown', () => {
    let read = 0;
    fc.assert(
      fc.property(envelope, (raw) => {
        const message = decoded(raw);
        if (!message) return;
        read++;
        expect(decodeMessage(encodeMessage(message, 'celery', 0))).toMatchObject({ id: message.id, task: message.task });
        receivedEvent(message);
      }),
      { numRuns: 1000 },
    );
    // The test is worth something only while messages get as far as that.
    expect(read).toBeGreaterThan(250);
  });

  it.each([
    ['an eta that hides its text', { headers: { eta: { toString: 1, valueOf: 1 } } }],
    ['a content type that hides its text', { 'content-type': { toString: 1 } }],
    ['an eta beyond all time', { headers: { eta: 1e20 } }],
    ['a body as deep as the sea', { body: `[${'['.repeat(4000)}${']'.repeat(4000)},{},{}]` }],
    ['tags as deep as the sea', { body: `[["__type__"],${'['.repeat(50_000)}${']'.repeat(50_000)},{}]` }],
  ])('is malformed with %s', (_, { headers: more, ...change }: { headers?: object; [field: string]: unknown }) => {
    const raw = JSON.stringify({ body: '[[],{},{}]', headers: { task: 'demo.add', id: 'a-1', ...more }, ...change });
    expect(() => decodeMessage(raw)).toThrow(MalformedMessage);
  });
});
