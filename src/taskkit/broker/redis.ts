import type { Socket } from 'node:net';
import { type ConnectionOptions, createRedisBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { gatherWrites } from './gather-writes.js';
import { ScriptRedis } from './script-command.js';
import type { Connection, Transport } from './transport.js';

/**
 * The queues in Redis, under BullMQ's own keys. A process holds one connection, and a worker one more and one for each queue.
 *
 * @param prefix What every key begins with.
 */
export function redisTransport(url: string, prefix: string): Transport {
  const connect = (maxRetriesPerRequest: number | null) => {
    const redis = new ScriptRedis(url, {
      maxRetriesPerRequest,
      retryStrategy: (times) => Math.min(50 * 2 ** times, 1000),
      connectionName: 'journeyman',
    });
    // ioredis connects again by itself; commands that could not wait that long fail on their own.
    redis.on('error', () => undefined);
    redis.on('connect', () => gatherWrites(redis.stream as Socket));
    return redis;
  };
  const connectionTo = (redis: Redis): Connection => ({
    options: { connection: redis as unknown as ConnectionOptions, prefix },
    backend: createRedisBackend,
  });
  const producer = connect(3);
  // BullMQ's keys have a third part, so that this is none of them.
  const queuesKey = `${prefix}:queues`;
  const { hostname, port, pathname } = new URL(url);
  const known = new Set<string>();
  return {
    address: `redis://${hostname}:${port || 6379}${pathname}`,
    producer: connectionTo(producer),
    consumer() {
      const own = connect(null);
      return {
        ...connectionTo(own),
        close: async () => void (await own.quit().catch(() => own.disconnect())),
      };
    },
    ping: async () => void (await producer.ping()),
    async announce(queue) {
      if (known.has(queue)) return;
      await producer.sadd(queuesKey, queue);
      known.add(queue);
    },
    queues: () => producer.smembers(queuesKey),
    async findQueue(id) {
      const queues = await producer.smembers(queuesKey);
      const found = await Promise.all(queues.map((queue) => producer.exists(`${prefix}:${queue}:${id}`)));
      return queues[found.indexOf(1)];
    },
    async waiting(queue, limit) {
      // BullMQ takes from the list's end, then by priority.
      const list = await producer.lrange(`${prefix}:${queue}:wait`, limit === undefined ? 0 : -limit, -1);
      const prioritized = await producer.zrange(
        `${prefix}:${queue}:prioritized`,
        0,
        limit === undefined ? '-1' : String(limit - 1),
      );
      return [...list.reverse(), ...prioritized].slice(0, limit);
    },
    async delayed(queue, limit) {
      const members = await producer.zrange(`${prefix}:${queue}:delayed`, 0, String(limit - 1), 'WITHSCORES');
      // BullMQ's score is the time with 12 bits after it, which keep the order within a millisecond.
      return members.flatMap((id, index) =>
        index % 2 === 0 ? [{ id, due: Math.floor(Number(members[index + 1]) / 0x1000) }] : [],
      );
    },
    close: async () => void (await producer.quit().catch(() => producer.disconnect())),
  };
}
