import { encodeMessage } from '../codec/encode.js';
import type { CeleryMessage } from '../codec/types.js';
import { type CeleryRedis, reaching } from './connect.js';
import type { BrokerKeys } from './names.js';

/** Sends messages to Celery's queues. */
export interface Outbound {
  /**
   * Sends messages, unless this was done before under the same mark.
   *
   * @param now In milliseconds since 1970.
   */
  sendOnce(mark: string, messages: { queue: string; message: CeleryMessage }[], now: number): Promise<void>;
}

/** @param markExpires How long a mark is kept, in seconds. */
export function createOutbound(redis: CeleryRedis, keys: BrokerKeys, markExpires: number): Outbound {
  const bound = new Set<string>();

  /** Makes a queue known, as each of Celery's producers does before it first sends to one. */
  async function bind(queue: string): Promise<void> {
    if (bound.has(queue)) return;
    await redis.sadd(keys.binding(queue), keys.bindingOf(queue));
    bound.add(queue);
  }

  return {
    async sendOnce(mark, messages, now) {
      const lists = messages.map(({ queue, message }) => keys.queue(queue, message.priority));
      const texts = messages.map(({ queue, message }) => encodeMessage(message, queue, now));
      await reaching(redis, async () => {
        for (const { queue } of messages) await bind(queue);
        await redis.celerySendOnce(1 + lists.length, keys.sent(mark), ...lists, markExpires, ...texts);
      });
    },
  };
}
