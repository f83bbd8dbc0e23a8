import { randomUUID } from 'node:crypto';
import type { TaskLogger } from '../../taskkit/index.js';
import { type CeleryRedis, reaching } from './connect.js';
import type { Inbox } from './inbox.js';
import type { BrokerKeys } from './names.js';
import { putAside } from './put-aside.js';

/** Milliseconds between two signs of life, and after how many a bridge counts as dead. */
const heartbeat = 5000;
const deadAfter = 20_000;
/** Milliseconds between two looks for messages that nobody acknowledged in time. */
const sweepEvery = 60_000;
/** How long the lock of such a look is held at most, in milliseconds; as Celery's workers hold it. */
const mutexFor = 300_000;
/** How many messages one look restores from a Python worker at most. */
const sweepLimit = 1000;

/** A message as `unacked` holds it: itself, its exchange and its queue. */
type Held = [{ headers?: object; properties?: { priority?: number; delivery_info?: object } }, string, string];

/** Reads what `unacked` holds; undefined where it is no message, such as one with NaN, which Redis and Python take for JSON. */
function readHeld(value: string): Held | undefined {
  try {
    const held = JSON.parse(value) as Held | null;
    return Array.isArray(held) && typeof held[0] === 'object' && held[0] && typeof held[2] === 'string' ? held : undefined;
  } catch {
    return undefined;
  }
}

function redelivered([message]: Held): string {
  const { headers, properties } = message;
  return JSON.stringify({
    ...message,
    headers: { ...headers, redelivered: true },
    properties: { ...properties, delivery_info: { ...properties?.delivery_info, redelivered: true } },
  });
}

/**
 * Keeps a bridge's messages its own while it lives, and puts back what dead peers left: of another bridge as soon as it counts
 * as dead, of a Python worker after the visibility timeout, as Python workers do for each other. Returns what stops it.
 */
export async function watchPeers(
  redis: CeleryRedis,
  keys: BrokerKeys,
  inbox: Inbox,
  options: { instance: string; visibilityTimeout: number; now: () => number; log: TaskLogger },
): Promise<() => Promise<void>> {
  const { instance, visibilityTimeout, now, log } = options;

  async function restore(tags: string[]): Promise<number> {
    let restored = 0;
    for (const tag of tags) {
      const value = await redis.hget(keys.unacked, tag);
      if (value === null) {
        await redis.zrem(keys.unackedIndex, tag);
        continue;
      }
      const held = readHeld(value);
      if (!held) {
        const reason = 'what was held of it is not JSON';
        await putAside(redis, keys, tag, { queue: '', at: now() / 1000, reason, message: value });
        log.error({ tag }, `A message that a worker of Celery left behind was put aside: ${reason}`);
        continue;
      }
      const list = keys.queue(held[2], held[0].properties?.priority);
      restored += await redis.celeryMoveOn(keys.unacked, keys.unackedIndex, list, tag, redelivered(held), 'RPUSH', 0);
    }
    return restored;
  }

  /** Lets only one at a time look, Python workers included. */
  async function exclusively(act: () => Promise<void>): Promise<void> {
    const token = randomUUID();
    if ((await redis.set(keys.mutex, token, 'PX', mutexFor, 'NX')) !== 'OK') return;
    try {
      await act();
    } finally {
      await redis.celeryUnlock(keys.mutex, token);
    }
  }

  const restoreDead = () =>
    exclusively(async () => {
      for (const peer of await redis.zrangebyscore(keys.bridges, 0, now() - deadAfter)) {
        const tags: string[] = [];
        for await (const found of redis.hscanStream(keys.unacked, { match: `journeyman:${peer}:*`, count: 1000 })) {
          tags.push(...(found as string[]).filter((_, index) => index % 2 === 0));
        }
        const restored = await restore(tags);
        await redis.zrem(keys.bridges, peer);
        log.warn({ peer, restored }, `The bridge ${peer} is gone; ${restored} messages that it held are back in their queues`);
      }
    });

  const restoreOverdue = () =>
    exclusively(async () => {
      const limit = now() / 1000 - visibilityTimeout;
      const tags = await redis.zrevrangebyscore(keys.unackedIndex, limit, 0, 'LIMIT', 0, sweepLimit);
      const restored = await restore(tags);
      if (restored) log.warn({ restored }, `${restored} messages that nobody acknowledged in time are back in their queues`);
    });

  let nextSweep = 0;
  const beat = async () => {
    await redis.zadd(keys.bridges, now(), instance);
    await inbox.refresh();
    if ((await redis.zcount(keys.bridges, 0, now() - deadAfter)) > 0) await restoreDead();
    if (now() < nextSweep) return;
    nextSweep = now() + sweepEvery;
    await restoreOverdue();
  };

  await reaching(redis, beat);
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    beating ??= beat()
      .catch((error: Error) => log.warn({}, `The bridge could not look after its peers: ${error.message}`))
      .finally(() => {
        beating = undefined;
      });
  }, heartbeat);
  return async () => {
    clearInterval(timer);
    await beating;
    await redis.zrem(keys.bridges, instance).catch(() => undefined);
  };
}
