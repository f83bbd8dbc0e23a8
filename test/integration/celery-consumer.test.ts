import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, openInstallation } from '../support/celery/installation.js';
import { celeryInstalled } from '../support/celery/python.js';
import { until } from '../support/kit.js';
import { redisInstalled } from '../support/redis.mjs';

const body = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

interface Envelope {
  body: string;
  'content-type'?: string;
  'content-encoding'?: string;
  headers: Record<string, unknown>;
  properties: Record<string, unknown>;
}

/** A message as Celery sends it, changed. */
function message(change: (envelope: Envelope) => void = () => undefined): string {
  const envelope = {
    body: body([[1, 2], {}, { callbacks: null, errbacks: null, chain: null, chord: null }]),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { lang: 'py', task: 'demo.add', id: 'message-1', retries: 0, timelimit: [null, null] },
    properties: {
      delivery_tag: 'tag-1',
      body_encoding: 'base64',
      priority: 0,
      delivery_info: { exchange: '', routing_key: 'celery' },
    },
  };
  change(envelope);
  return JSON.stringify(envelope);
}

describe.skipIf(!celeryInstalled || !redisInstalled)('The bridge takes from Celery’s queues', () => {
  let site: Installation;
  let redis: Redis;
  let results: Redis;
  const resultOf = async (id: string) => {
    const text = await results.get(`celery-task-meta-${id}`);
    return text === null ? undefined : (JSON.parse(text) as { status: string; result: unknown });
  };

  beforeEach(async () => {
    site = await openInstallation();
    redis = new Redis(site.brokerUrl);
    results = new Redis(site.resultUrl);
  });
  afterEach(async () => {
    redis.disconnect();
    results.disconnect();
    await site.close();
  });

  const readable: [string, string][] = [
    ['the least that a message needs', message((it) => Object.assign(it, { headers: { task: 'demo.add', id: 'message-1' } }))],
    ['no properties but its encoding', message((it) => Object.assign(it, { properties: { body_encoding: 'base64' } }))],
    ['no content type', message((it) => delete it['content-type'])],
    ['no content encoding', message((it) => delete it['content-encoding'])],
    [
      'a body as plain text without an encoding',
      message((it) => Object.assign(it, { body: '[[1, 2], {}, {}]', properties: {} })),
    ],
    [
      'a body as plain text that is called utf-8',
      message((it) => Object.assign(it, { body: '[[1, 2], {}, {}]', properties: { body_encoding: 'utf-8' } })),
    ],
    ['no embed', message((it) => Object.assign(it, { body: body([[1, 2], {}]) }))],
    ['an empty embed', message((it) => Object.assign(it, { body: body([[1, 2], {}, {}]) }))],
    ['an embed of null', message((it) => Object.assign(it, { body: body([[1, 2], {}, null]) }))],
    ['an eta with Z and milliseconds', message((it) => Object.assign(it.headers, { eta: '2026-01-02T03:04:05.678Z' }))],
    ['a time to expire with Z', message((it) => Object.assign(it.headers, { expires: '2099-01-02T03:04:05Z' }))],
    ['retries of null', message((it) => Object.assign(it.headers, { retries: null }))],
  ];
  it.each(readable)('runs a message that Celery’s workers run or die of: %s', async (_, raw) => {
    await site.startWorker();
    await site.startBridge();
    await redis.lpush('celery', raw);
    await until(async () => (await resultOf('message-1'))?.status === 'SUCCESS');
    await until(async () => (await redis.hlen('unacked')) + (await redis.zcard('unacked_index')) === 0);
  });

  const unreadable: [string, string, string][] = [
    ['not JSON', 'not JSON at all', 'it is not JSON'],
    ['JSON, but no object', '17', 'it is not JSON'],
    ['no id', message((it) => Object.assign(it, { headers: { task: 'demo.add' } })), 'it has no id'],
    ['no task', message((it) => Object.assign(it, { headers: { id: 'message-1' } })), 'it has no task'],
    [
      'pickle',
      message((it) => Object.assign(it, { 'content-type': 'application/x-python-serialize' })),
      'application/json is taken',
    ],
    ['a body that is no JSON', message((it) => Object.assign(it, { body: 'bm9wZQ==' })), 'its body is not JSON'],
    ['a body in base64 that does not say so', message((it) => Object.assign(it, { properties: {} })), 'its body is not JSON'],
    ['an eta that is no time', message((it) => Object.assign(it.headers, { eta: 'soon' })), 'its eta is "soon"'],
    ['an eta that hides its text', message((it) => Object.assign(it.headers, { eta: { toString: 1 } })), 'its eta is an object'],
    [
      'arguments as deep as the sea',
      message((it) => Object.assign(it, { body: Buffer.from(`[${'['.repeat(4000)}${']'.repeat(4000)}]`).toString('base64') })),
      'nested too deeply',
    ],
    ['arguments that are no list', message((it) => Object.assign(it, { body: body([1, {}, {}]) })), 'not a list'],
    ['bzip2', message((it) => Object.assign(it.headers, { compression: 'application/x-bz2' })), 'gzip and zlib'],
  ];
  it('puts messages aside that nobody can read, with the reason, and goes on', async () => {
    await site.startWorker();
    const bridge = await site.startBridge();
    await redis.lpush('celery', ...unreadable.map(([, raw]) => raw), message());
    await until(async () => (await resultOf('message-1'))?.status === 'SUCCESS');
    await until(() => bridge.counts.malformed === unreadable.length);
    const kept = (await redis.lrange('journeyman.celery.malformed', 0, -1)).map(
      (text) => JSON.parse(text) as { queue: string; reason: string; message: string },
    );
    for (const [, raw, reason] of unreadable) {
      expect(kept.find((entry) => entry.message === raw)).toMatchObject({
        queue: 'celery',
        reason: expect.stringContaining(reason),
      });
    }
    expect(await redis.get('journeyman.celery.malformed.count')).toBe(String(unreadable.length));
    expect(site.kit.log.lines.filter((line) => line.includes('put aside'))).toHaveLength(unreadable.length);
    await until(async () => (await redis.hlen('unacked')) === 0);
  });

  it('sends on what Python workers have, whichever queue it came through', async () => {
    await site.startBridge();
    await site.startPythonWorker();
    expect(await site.python.run('python_add.apply_async((1, 2), queue="celery").get(timeout=10)')).toBe(3);
  });

  it('takes a task once, however often its message comes', async () => {
    await redis.lpush(
      'celery',
      ...Array.from({ length: 3 }, () =>
        message(
          (it) =>
            Object.assign(it.headers, { task: 'demo.note' }, { id: 'same' }) &&
            Object.assign(it, { body: body([['once'], {}, {}]) }),
        ),
      ),
    );
    await site.startWorker();
    const bridge = await site.startBridge();
    await until(async () => bridge.counts.accepted === 3 && (await resultOf('same'))?.status === 'SUCCESS');
    expect(site.noted).toEqual(['once']);
  });

  it('two bridges share the work and lose nothing', async () => {
    await site.startWorker();
    const bridges = [await site.startBridge(), await site.startBridge()];
    const total = await site.python.run('rs = [add.delay(n, 1) for n in range(300)]\nsum(r.get(timeout=20) for r in rs)');
    expect(total).toBe((300 * 299) / 2 + 300);
    expect(bridges.reduce((sum, { counts }) => sum + counts.accepted, 0)).toBe(300);
  });

  it('puts back what a dead bridge held, and what a dead Python worker held too long', async () => {
    const held = (id: string) => JSON.stringify([JSON.parse(message((it) => Object.assign(it.headers, { id }))), '', 'celery']);
    await redis.zadd('journeyman.celery.bridges', 1, 'dead-bridge');
    await redis.hset('unacked', { 'journeyman:dead-bridge:0:1': held('of-a-bridge'), 'a-python-tag': held('of-python') });
    await redis.zadd('unacked_index', Date.now() / 1000, 'journeyman:dead-bridge:0:1', 1, 'a-python-tag');
    await site.startWorker();
    await site.startBridge();
    for (const id of ['of-a-bridge', 'of-python']) await until(async () => (await resultOf(id))?.status === 'SUCCESS');
    await until(async () => (await redis.hlen('unacked')) + (await redis.zcard('unacked_index')) === 0);
    expect(await redis.exists('unacked_mutex')).toBe(0);
  });

  it('puts aside what a dead worker held that cannot be read, and restores what lies beside it', async () => {
    await redis.zadd('journeyman.celery.bridges', 1, 'dead-bridge');
    const unreadable = { 'journeyman:dead-bridge:0:1': '[{"body": NaN},"","celery"]', 'journeyman:dead-bridge:0:2': '"?"' };
    const good = JSON.stringify([JSON.parse(message()), '', 'celery']);
    await redis.hset('unacked', { ...unreadable, 'journeyman:dead-bridge:0:3': good });
    await site.startWorker();
    await site.startBridge();
    await until(async () => (await resultOf('message-1'))?.status === 'SUCCESS');
    await until(async () => (await redis.hlen('unacked')) === 0);
    const kept = (await redis.lrange('journeyman.celery.malformed', 0, -1)).map((entry) => JSON.parse(entry).message);
    expect(kept.sort()).toEqual(Object.values(unreadable).sort());
  });

  it('leaves what it held in a form that Python workers put back', async () => {
    const key = 'journeyman:dead-bridge:0:1';
    await redis.hset('unacked', key, JSON.stringify([JSON.parse(message()), '', 'celery']));
    await redis.zadd('unacked_index', 1, key);
    await site.startPythonWorker(['celery']);
    await until(async () => (await resultOf('message-1'))?.status === 'SUCCESS');
  });

  it('leaves a message where Python workers restore it while our broker is away', async () => {
    const start = await site.kit.redis!.takeAway();
    await site.startBridge();
    await redis.lpush('celery', message());
    await until(async () => (await redis.hlen('unacked')) === 1);
    expect(await redis.zcard('unacked_index')).toBe(1);
    await start();
    await site.startWorker();
    await until(async () => (await resultOf('message-1'))?.status === 'SUCCESS');
    await until(async () => (await redis.hlen('unacked')) === 0);
  });

  it('gives back what it holds when it is stopped while our broker is away', async () => {
    const start = await site.kit.redis!.takeAway();
    const bridge = await site.startBridge();
    await redis.lpush('celery', message());
    await until(async () => (await redis.hlen('unacked')) === 1);
    await bridge.stop();
    expect(await redis.llen('celery')).toBe(1);
    expect(await redis.hlen('unacked')).toBe(0);
    await start();
  });
});

describe.skipIf(!celeryInstalled || !redisInstalled)('The bridge where Celery is set up otherwise', () => {
  it('takes another separator, other priority steps and a key prefix', async () => {
    const options = { sep: ':', priority_steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], global_keyprefix: 'pfx:' };
    const site = await openInstallation({
      transport: { sep: ':', prioritySteps: options.priority_steps, globalKeyprefix: 'pfx:' },
      settings: { broker_transport_options: options },
    });
    await site.startWorker();
    await site.startBridge();
    expect(await site.python.run('[add.apply_async((n, 0), priority=n).get(timeout=10) for n in (0, 1, 5, 9)]')).toEqual([
      0, 1, 5, 9,
    ]);
    await site.close();
  });

  it('works with our broker on PostgreSQL', async () => {
    const site = await openInstallation({ kind: 'postgres' });
    await site.startWorker();
    await site.startBridge();
    expect(await site.python.run('chain(add.s(1, 2), add.s(10)).apply_async().get(timeout=10)')).toBe(13);
    expect(await site.python.run('chord([add.s(1, 1), add.s(2, 2)])(total.s()).get(timeout=10)')).toBe(6);
    await site.close();
  });
});
