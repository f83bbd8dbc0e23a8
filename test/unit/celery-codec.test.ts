import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeMessage, MalformedMessage } from '#src/celery/codec/decode.js';
import { encodeMessage } from '#src/celery/codec/encode.js';
import { exceptionRepr, fromPythonException, toPythonException } from '#src/celery/codec/exceptions.js';
import { argsRepr, kwargsRepr, pythonRepr } from '#src/celery/codec/python-repr.js';
import { parseTypedJson, writeTypedJson } from '#src/celery/codec/typed-json.js';
import type { CeleryMessage } from '#src/celery/codec/types.js';
import { coded } from '#src/errors.js';

const plain: CeleryMessage = { id: 'a-1', task: 'tasks.x', args: [17], kwargs: { force: true }, retries: 0 };
const signature = { task: 'tasks.y', args: [], kwargs: {}, options: {}, subtask_type: null, immutable: false };

describe('a message', () => {
  it('is read as it was written', () => {
    const full: CeleryMessage = {
      ...plain,
      priority: 3,
      retries: 2,
      eta: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
      expires: Date.UTC(2030, 0, 3),
      timeLimit: 30,
      softTimeLimit: 20,
      replyTo: 'reply-1',
      rootId: 'root-1',
      parentId: 'parent-1',
      group: 'group-1',
      groupIndex: 0,
      callbacks: [signature],
      errbacks: [signature],
      chain: [signature, signature],
      chord: signature,
      ignoreResult: true,
    };
    expect(decodeMessage(encodeMessage(full, 'celery', 0))).toEqual(full);
    expect(decodeMessage(encodeMessage(plain, 'celery', 0))).toEqual(plain);
  });

  it('has what Celery’s workers ask of one', () => {
    const envelope = JSON.parse(encodeMessage(plain, 'resumes', 0));
    expect(envelope).toMatchObject({
      'content-type': 'application/json',
      headers: { lang: 'py', task: 'tasks.x', id: 'a-1', root_id: 'a-1', argsrepr: '(17,)', kwargsrepr: "{'force': True}" },
      properties: { body_encoding: 'base64', correlation_id: 'a-1', delivery_info: { exchange: '', routing_key: 'resumes' } },
    });
    expect(JSON.parse(Buffer.from(envelope.body, 'base64').toString())).toHaveLength(3);
  });

  const withBody = (body: string, more: { headers?: object; properties?: object } = {}) =>
    JSON.stringify({
      body,
      headers: { task: 'tasks.x', id: 'a-1', ...more.headers },
      properties: { body_encoding: 'base64', ...more.properties },
    });

  it.each([
    ['zlib, as kombu calls gzip', deflateSync],
    ['gzip', gzipSync],
  ])('is unpacked: %s', (_, pack) => {
    const body = pack('[[1], {}, {}]').toString('base64');
    expect(decodeMessage(withBody(body, { headers: { compression: 'application/x-gzip' } })).args).toEqual([1]);
  });

  it('is refused when it grows beyond all measure', () => {
    const body = deflateSync(`[["${'a'.repeat(20_000_000)}"], {}, {}]`).toString('base64');
    expect(() => decodeMessage(withBody(body, { headers: { compression: 'application/x-gzip' } }))).toThrow(MalformedMessage);
  });

  it('of protocol 1 has everything in its body', () => {
    const body = {
      task: 'tasks.x',
      id: 'a-1',
      args: [17],
      kwargs: { force: true },
      retries: 1,
      eta: null,
      timelimit: [30, null],
    };
    const raw = JSON.stringify({
      body: Buffer.from(JSON.stringify(body)).toString('base64'),
      headers: {},
      properties: { body_encoding: 'base64' },
    });
    expect(decodeMessage(raw)).toEqual({ ...plain, retries: 1, timeLimit: 30 });
  });

  it.each([
    ['2026-11-22T10:36:03.741776+00:00', Date.UTC(2026, 10, 22, 10, 36, 3, 741)],
    ['2030-01-02T03:04:05+02:00', Date.UTC(2030, 0, 2, 1, 4, 5)],
    ['2030-01-02T03:04:05Z', Date.UTC(2030, 0, 2, 3, 4, 5)],
    ['2030-01-02T03:04:05', Date.UTC(2030, 0, 2, 3, 4, 5)],
  ])('has its eta in whatever zone: %s', (eta, expected) => {
    expect(decodeMessage(withBody('W1tdLHt9LHt9XQ==', { headers: { eta } })).eta).toBe(expected);
  });

  it.each([
    ['callbacks that are no signatures', '[[], {}, {"callbacks": [17]}]', 'not a list of signatures'],
    ['keyword arguments that are a list', '[[], [], {}]', 'keyword arguments are not an object'],
    ['a body that is a text', '"nothing"', 'not a list of arguments'],
  ])('is refused with %s', (_, body, reason) => {
    expect(() => decodeMessage(withBody(Buffer.from(body).toString('base64')))).toThrow(reason);
  });
});

describe('kombu’s JSON', () => {
  it('is read with its tagged types as the plain text that older ones write', () => {
    const tagged = (type: string, value: unknown) => ({ __type__: type, __value__: value });
    const text = JSON.stringify({
      when: tagged('datetime', '2026-01-02T03:04:05+00:00'),
      price: tagged('decimal', '1.10'),
      id: tagged('uuid', { hex: '00000000000000000000000000000005' }),
      name: [tagged('bytes', 'abc')],
      unknown: tagged('complex', [1, 2]),
    });
    expect(parseTypedJson(text)).toEqual({
      when: '2026-01-02T03:04:05+00:00',
      price: '1.10',
      id: '00000000-0000-0000-0000-000000000005',
      name: ['abc'],
      unknown: [1, 2],
    });
  });

  it('is written plain, or with tags for those who take them', () => {
    const value = { when: new Date(Date.UTC(2026, 0, 2)), bytes: Buffer.from('a') };
    expect(JSON.parse(writeTypedJson({ when: value.when }))).toEqual({ when: '2026-01-02T00:00:00.000Z' });
    expect(JSON.parse(writeTypedJson(value, { tags: true }))).toEqual({
      when: { __type__: 'datetime', __value__: '2026-01-02T00:00:00.000+00:00' },
      bytes: { __type__: 'base64', __value__: 'YQ==' },
    });
  });
});

describe('Python’s repr', () => {
  it.each([
    [null, 'None'],
    [true, 'True'],
    [1.5, '1.5'],
    ['it’s', "'it’s'"],
    ["it's", '"it\'s"'],
    ['both \' and "', "'both \\' and \"'"],
    ['a\nb\\', "'a\\nb\\\\'"],
    [{ a: [1, 'x'] }, "{'a': [1, 'x']}"],
  ])('of %j is %s', (value, expected) => {
    expect(pythonRepr(value)).toBe(expected);
  });

  it('of arguments is a tuple and a dict, cut at 1024 characters', () => {
    expect([argsRepr([]), argsRepr([1]), argsRepr([1, 'a'])]).toEqual(['()', '(1,)', "(1, 'a')"]);
    expect(kwargsRepr({ limit: 5 })).toBe("{'limit': 5}");
    expect(argsRepr(['a'.repeat(5000)])).toHaveLength(1024);
  });
});

describe('errors', () => {
  it.each([
    [coded('TASK_UNKNOWN', { name: 'tasks.x', hint: '' }), 'NotRegistered', ['tasks.x'], 'celery.exceptions'],
    [coded('TASK_TIME_LIMIT', { name: 'tasks.x', seconds: 30 }), 'TimeLimitExceeded', [30], 'billiard.exceptions'],
    [coded('TASK_REVOKED', { name: 'tasks.x' }), 'TaskRevokedError', ['revoked'], 'celery.exceptions'],
    [coded('USER_NOT_FOUND', { userId: 7 }), 'USER_NOT_FOUND', ['There is no user 7.'], 'journeyman'],
    [{ code: 'ECONNREFUSED', message: 'no' }, 'ConnectionRefusedError', ['no'], 'builtins'],
  ])('$code is $1', (error, type, message, module) => {
    const { code, message: text } = error;
    expect(toPythonException({ code, message: text })).toEqual({ exc_type: type, exc_message: message, exc_module: module });
  });

  it('of Python’s keep their class as the code', () => {
    const exception = { exc_type: 'OrderError', exc_message: ['late', 7], exc_module: 'orders' };
    expect(fromPythonException(exception, 'Traceback')).toEqual({ code: 'OrderError', message: 'late, 7', stack: 'Traceback' });
    expect(exceptionRepr(exception)).toBe("OrderError('late', 7)");
  });
});
