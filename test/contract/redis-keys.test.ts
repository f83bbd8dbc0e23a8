import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AsyncResult, type Broker, chain, connect, createBroker, handle, type RunningWorker, task } from '#src/taskkit/index.js';
import { memoryLog } from '../support/kit.js';
import { redisInstalled, startRedis, type TestRedis } from '../support/redis.mjs';

const place = task('tests.keys.place', { n: z.number() }, { returns: { n: z.number(), by: z.string() } });

describe.skipIf(!redisInstalled)('two installations that share a Redis database', () => {
  let redis: TestRedis;
  const brokers: Broker[] = [];
  const workers: RunningWorker[] = [];
  const log = memoryLog();
  const open = (keyPrefix: string) => {
    const broker = createBroker(redis.url, { resultExpires: 0, keyPrefix });
    brokers.push(broker);
    return broker;
  };
  const use = (broker: Broker) => connect({ broker, outbox: {} as never, routes: {}, defaultQueue: 'celery', log, handlers: [] });
  const start = async (broker: Broker, name: string) => {
    const handlers = [handle(place, async ({ n }) => ({ n, by: name }))];
    workers.push(await broker.startWorker({ handlers, queues: ['celery'], concurrency: 2, name, timeLimit: 60, log }));
  };
  const keys = async () => {
    const client = new Redis(redis.url);
    const found = await client.keys('*');
    client.disconnect();
    return found;
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const worker of workers) await worker.stop(0);
    connect(undefined);
    for (const broker of brokers) await broker.close();
    await redis?.stop();
  });

  it('know nothing of each other’s tasks and queues', async () => {
    const [one, two] = [open('one'), open('two')];
    for (const [index, broker] of [one, two].entries()) {
      use(broker);
      await place.applyAsync({ n: index }, { taskId: 'shared-id' });
      await place.applyAsync({ n: index }, { taskId: `later-${index}`, countdown: 3600 });
      await place.applyAsync({ n: index }, { taskId: `last-${index}`, priority: 5 });
    }
    await place.applyAsync({ n: 2 }, { queue: 'only-two' });
    expect(await one.queueNames()).toEqual(['celery']);
    expect((await two.queueNames()).sort()).toEqual(['celery', 'only-two']);
    expect((await one.waiting(['celery'])).map(({ id }) => id)).toEqual(['shared-id', 'last-0']);
    expect((await two.scheduled(['celery'])).map(({ id }) => id)).toEqual(['later-1']);
    expect(await one.state('last-1')).toBeUndefined();

    await start(one, 'first');
    use(one);
    expect(await new AsyncResult('shared-id').get({ timeout: 30 })).toEqual({ n: 0, by: 'first' });
    expect(await (await chain(place.s({ n: 7 }), place.s()).delay()).get({ timeout: 30 })).toEqual({ n: 7, by: 'first' });
    expect(await two.state('shared-id')).toMatchObject({ status: 'PENDING' });
    await start(two, 'second');
    use(two);
    expect(await new AsyncResult('shared-id').get({ timeout: 30 })).toEqual({ n: 1, by: 'second' });
    for (const key of await keys()) expect(key).toMatch(/^(one|two):/);
  });

  it('use the prefix of BullMQ where none is given', async () => {
    const broker = createBroker(redis.url, { resultExpires: 0 });
    brokers.push(broker);
    use(broker);
    await place.applyAsync({ n: 1 }, { taskId: 'as-usual' });
    expect(await keys()).toEqual(expect.arrayContaining(['bull:celery:as-usual', 'bull:queues']));
  });
});
