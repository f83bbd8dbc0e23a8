import type { CeleryRedis } from './connect.js';
import type { BrokerKeys } from './names.js';

/** How many malformed messages are kept. */
export const maxMalformed = 10_000;

/** Moves a message from `unacked` to those that are malformed, and counts it, unless somebody else has moved it before. */
export async function putAside(
  redis: CeleryRedis,
  keys: BrokerKeys,
  tag: string,
  about: { queue: string; at: number; reason: string; message: string },
): Promise<void> {
  const { unacked, unackedIndex, malformed, malformedCount } = keys;
  const entry = JSON.stringify(about);
  if (await redis.celeryMoveOn(unacked, unackedIndex, malformed, tag, entry, 'LPUSH', maxMalformed))
    await redis.incr(malformedCount);
}
