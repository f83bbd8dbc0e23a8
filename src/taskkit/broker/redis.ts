import { type ConnectionOptions, createRedisBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis } from './redis-connection/index.js';
import type { Connection, Transport } from './transport.js';

/**
 * The queues in Redis, under BullMQ's own keys. A process holds one connection, and a worker one more and one for each queue.
 *
 * @param prefix What every key begins with.
 */
export function redisTransport(url: string, prefix: string): Transport {
  const connectionTo = (redis: Redis): Connection => ({
    options: { connection: redis as unknown as ConnectionOptions, prefix },
    backend: createRedisBackend,
  });
  const producer = connectRedis(url, 3);
  // BullMQ's keys have a third part, so that this is none of them.
  const queuesKey = `${prefix}:queues`;
  const { hostname, port, pathname } = new URL(url);
  const known = new Set<string>();
  return {
    address: `redis://${hostname}:${port || 6379}${pathname}`,
    producer: connectionTo(producer),
    consumer() {
      const own = connectRedis(url, null);
      return {
        ...connectionTo(own),
        close: async () => void (await own.quit().catch(() => own.disconnect())),
      };
    },
    // Redis stores one part while the next is put together, and lets other clients come in between.
    bulkSize: 100,
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
