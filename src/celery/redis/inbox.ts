import { type CeleryRedis, connectRedis, reaching } from './connect.js';
import type { BrokerKeys } from './names.js';
import { maxMalformed, putAside } from './put-aside.js';

/** A message that was taken and is held in `unacked`. */
export interface Delivery {
  tag: string;
  queue: string;
  /** As it lay in its list. */
  raw: string;
}

/** Celery's queues, for one that takes from them. */
export interface Inbox {
  /** Takes messages, those of high priority first. `malformed` are those that were put aside since they are not JSON. */
  take(limit: number): Promise<{ deliveries: Delivery[]; malformed: Omit<Delivery, 'tag'>[] }>;
  /** Resolves when there may be something to take, or after some milliseconds. */
  wait(milliseconds: number): Promise<void>;
  /** Forgets messages, which are in good hands. */
  acknowledge(deliveries: Delivery[]): Promise<void>;
  putAside(delivery: Delivery, reason: string): Promise<void>;
  /** Puts messages back where they came from, to be taken next. */
  giveBack(deliveries: Delivery[]): Promise<void>;
  /** Moves a message to the end of another queue. */
  forward(delivery: Delivery, queue: string, priority: number | undefined): Promise<void>;
  /** Says that messages are still being worked on, so that nobody restores them. */
  refresh(): Promise<void>;
  addQueue(queue: string): void;
  cancelQueue(queue: string): void;
  queues(): string[];
  close(): Promise<void>;
}

/** How long one blocking command waits, in seconds. */
const blockFor = 5;

/** @param instance Names whoever takes, so that others can tell whose messages are whose. */
export function createInbox(
  url: string,
  redis: CeleryRedis,
  keys: BrokerKeys,
  { queues, instance, now }: { queues: string[]; instance: string; now: () => number },
): Inbox {
  const served = new Set(queues);
  const held = new Map<string, Delivery>();
  const blockers = new Map<string, CeleryRedis>();
  const blocked = new Set<string>();
  let wake = () => {};
  let calls = 0;

  /** Lets a connection of its own wait for a queue: the move of a message onto its own place says that there is one. */
  function watch(queue: string): void {
    if (blocked.has(queue)) return;
    const blocker = blockers.get(queue) ?? connectRedis(url, { blocking: true });
    blockers.set(queue, blocker);
    blocked.add(queue);
    const key = keys.queue(queue);
    blocker
      .blmove(key, key, 'RIGHT', 'RIGHT', blockFor)
      .then((found) => found !== null && wake())
      // The connection was closed, or is being made again.
      .catch(() => undefined)
      .finally(() => blocked.delete(queue));
  }

  const moveOn = (delivery: Delivery, key: string, value: string, side: 'LPUSH' | 'RPUSH') =>
    redis.celeryMoveOn(keys.unacked, keys.unackedIndex, key, delivery.tag, value, side, 0);

  const letGo = async (deliveries: Delivery[], act: (delivery: Delivery) => Promise<unknown>) => {
    await reaching(redis, () => Promise.all(deliveries.map(act)));
    for (const { tag } of deliveries) held.delete(tag);
  };

  return {
    async take(limit) {
      const lists = keys.lists([...served]);
      const taken = await reaching(redis, () =>
        redis.celeryTake(
          4 + lists.length,
          ...[keys.unacked, keys.unackedIndex, keys.malformed, keys.malformedCount, ...lists.map(({ key }) => key)],
          ...[limit, now() / 1000, `journeyman:${instance}:${calls++}:`, maxMalformed, ...lists.map(({ queue }) => queue)],
        ),
      );
      const deliveries: Delivery[] = [];
      const malformed: Omit<Delivery, 'tag'>[] = [];
      for (let index = 0; index < taken.length; index += 3) {
        const [tag, queue, raw] = taken.slice(index, index + 3) as [string, string, string];
        if (tag === '') malformed.push({ queue, raw });
        else deliveries.push({ tag, queue, raw });
      }
      for (const delivery of deliveries) held.set(delivery.tag, delivery);
      return { deliveries, malformed };
    },

    async wait(milliseconds) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        for (const queue of served) watch(queue);
      });
      wake = () => {};
    },

    async acknowledge(deliveries) {
      if (deliveries.length === 0) return;
      const tags = deliveries.map(({ tag }) => tag);
      await reaching(redis, () =>
        redis
          .multi()
          .zrem(keys.unackedIndex, tags)
          .hdel(keys.unacked, ...tags)
          .exec(),
      );
      for (const tag of tags) held.delete(tag);
    },

    putAside: (delivery, reason) =>
      letGo([delivery], ({ tag, queue, raw }) => putAside(redis, keys, tag, { queue, at: now() / 1000, reason, message: raw })),

    giveBack: (deliveries) =>
      letGo([...deliveries].reverse(), (delivery) => moveOn(delivery, keys.queue(delivery.queue), delivery.raw, 'RPUSH')),

    forward: (delivery, queue, priority) =>
      letGo([delivery], () => {
        const envelope = JSON.parse(delivery.raw) as { properties?: Record<string, unknown> };
        envelope.properties = { ...envelope.properties, delivery_info: { exchange: '', routing_key: queue } };
        return moveOn(delivery, keys.queue(queue, priority), JSON.stringify(envelope), 'LPUSH');
      }),

    async refresh() {
      const scores = [...held.keys()].flatMap((tag) => [now() / 1000, tag]);
      if (scores.length > 0) await reaching(redis, () => redis.zadd(keys.unackedIndex, 'XX', ...scores));
    },

    addQueue: (queue) => void served.add(queue),
    cancelQueue(queue) {
      served.delete(queue);
      blockers.get(queue)?.disconnect();
      blockers.delete(queue);
    },
    queues: () => [...served],
    async close() {
      served.clear();
      await Promise.all([...blockers.values()].map((blocker) => blocker.disconnect()));
    },
  };
}
