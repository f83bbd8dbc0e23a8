import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '#src/taskkit/broker/redis-connection/index.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

type Script = (...args: (string | number | Buffer)[]) => Promise<unknown>;

const long = 'a text that is longer than a short one, '.repeat(4000);
const texts = ['', 'short', 'twelve chars', 'thirteen char', 'größer als ASCII: 中文 🎉', '\r\n$5\r\nnot a reply\r\n', long];

/** Scripts by what they give. */
const scripts: Record<string, string> = {
  nothing: 'return nil',
  no: 'return false',
  numbers: 'return {0, -1, 42, 9007199254740991, -9007199254740992}',
  nested: "return {1, {'two', {3, {}}}, false, {{}}}",
  tooDeep: "return {{{{{{{{{{'deep'}}}}}}}}}}",
  text: `return '${'x'.repeat(100_000)}'`,
  fine: "return redis.status_reply('FINE')",
  failure: "return redis.error_reply('ERR it went wrong')",
  failureWithin: "return {1, redis.error_reply('ERR one of them'), 'two'}",
  arguments: 'return ARGV',
  bytes: 'return {#ARGV[1], string.byte(ARGV[1], 1, 6)}',
  manyKeys: "local t = {} for i = 1, 5000 do t[i] = 'key-' .. i end return t",
};

describe.skipIf(!redisInstalled)('a connection for scripts', () => {
  let server: TestRedis;
  let plain: Redis;
  let ours: Redis;
  /** The same, through a network that cuts what Redis sends anywhere. */
  let cut: Redis;
  let proxy: Server;

  beforeAll(async () => {
    server = await startRedis();
    const { port } = new URL(server.url);
    let seed = 7;
    proxy = createServer((client) => {
      const upstream = connect(Number(port), '127.0.0.1');
      client.pipe(upstream);
      upstream.on('data', (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          seed = (seed * 1103515245 + 12345) % 2 ** 31;
          const length = bytes.length > 50_000 ? 9000 + (seed % 999) : 1 + (seed % 13);
          client.write(bytes.subarray(at, at + length));
          at += length;
        }
      });
      for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
      // Without it the system puts small pieces together again.
      client.setNoDelay(true);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    plain = new Redis(server.url);
    ours = connectRedis(server.url, 3);
    cut = connectRedis(`redis://127.0.0.1:${(proxy.address() as AddressInfo).port}/0`, 3);
    for (const redis of [plain, ours, cut]) {
      for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { numberOfKeys: 0, lua });
    }
    await plain.hset('hash', { field: 'value', größe: 'ü', long });
    await plain.zadd('sorted', 1.5, 'one', 2, 'two', 'inf', 'last');
    await plain.set('binary', Buffer.from([0, 255, 13, 10, 128]));
  });
  afterAll(async () => {
    for (const redis of [plain, ours, cut]) redis?.disconnect();
    proxy?.close();
    await server?.stop();
  });

  /** Every kind of command and reply, sent at once. Failures come back as what they say. */
  const replies = (redis: Redis) => {
    const run = redis as unknown as Record<string, Script>;
    const calls: Promise<unknown>[] = [
      ...Object.keys(scripts).map((name) => run[name]!('an argument')),
      ...texts.map((text) => run.arguments!(text, 'and more')),
      run.bytes!(Buffer.from([0, 128, 255, 13, 10, 36])),
      redis.ping(),
      redis.get('nothing here'),
      redis.getBuffer('binary'),
      redis.hgetall('hash'),
      redis.hgetallBuffer('hash'),
      redis.zrange('sorted', 0, '-1', 'WITHSCORES'),
      redis.zscore('sorted', 'one'),
      redis.info('server').then((info) => info.includes('redis_version')),
      redis.call('hgetall', 'sorted'),
      redis.multi().set('counter', 1).incr('counter').get('counter').hgetall('sorted').exec(),
      redis.pipeline().get('counter').incr('sorted').lrange('none', 0, -1).exec(),
      redis.strlen('binary'),
    ];
    return Promise.all(calls.map((call) => call.catch((error: Error) => `${error.name}: ${error.message}`)));
  };

  it('gives what ioredis gives, of every kind of reply', async () => {
    const expected = await replies(plain);
    expect(expected).toContain('ReplyError: ERR it went wrong');
    expect(await replies(ours)).toEqual(expected);
  });

  it('gives the same when replies come in pieces', async () => {
    const expected = await replies(plain);
    for (let round = 0; round < 5; round++) expect(await replies(cut)).toEqual(expected);
  });

  it('answers each of many calls with its own reply, whatever stands between them', async () => {
    for (const redis of [ours, cut]) {
      const run = redis as unknown as Record<string, Script>;
      const calls = Array.from({ length: 3000 }, (_, n) => {
        if (n % 7 === 0) return redis.getBuffer('binary').then(() => n);
        if (n % 11 === 0)
          return run.failure!().then(
            () => -1,
            () => n,
          );
        return run.arguments!(n, n % 5 === 0 ? 'ü' : 'u').then((reply) => Number((reply as string[])[0]));
      });
      expect(await Promise.all(calls)).toEqual(calls.map((_, n) => n));
    }
  });

  it('sends bytes and texts as they are', async () => {
    const run = ours as unknown as Record<string, Script>;
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    ours.defineCommand('keep', { numberOfKeys: 1, lua: "redis.call('set', KEYS[1], ARGV[1]) return ARGV[2]" });
    for (const text of texts) {
      expect(await run.keep!('kept', bytes, text)).toBe(text);
      expect(await plain.getBuffer('kept')).toEqual(bytes);
    }
  });

  it('calls a script anew when the server has forgotten it', async () => {
    const run = ours as unknown as Record<string, Script>;
    await run.arguments!('before');
    await plain.script('FLUSH');
    expect(await run.arguments!('after')).toEqual(['after']);
    await plain.script('FLUSH');
    expect(await Promise.all([run.arguments!('a'), run.arguments!('b'), run.nothing!()])).toEqual([['a'], ['b'], null]);
  });

  it('goes on when the connection breaks in the middle of a reply', async () => {
    const other = connectRedis(server.url, null);
    other.defineCommand('slowly', { numberOfKeys: 0, lua: `return {'${'x'.repeat(500_000)}', ARGV[1]}` });
    const run = other as unknown as Record<string, Script>;
    await run.slowly!('first');
    const calls = Array.from({ length: 20 }, (_, n) => run.slowly!(n));
    other.stream.once('data', () => other.stream.destroy());
    const got = await Promise.all(calls);
    expect(got.map((reply) => (reply as string[])[1])).toEqual(calls.map((_, n) => String(n)));
    other.disconnect();
  });
});
