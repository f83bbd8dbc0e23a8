import type { Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { gatherWrites } from './gather-writes.js';
import { readReplies } from './read-replies.js';
import { ScriptRedis } from './script-command.js';

/**
 * A connection for BullMQ's scripts: ioredis, but for how calls of scripts are written and sent, and their replies read.
 *
 * @param maxRetriesPerRequest How often a command is tried on a new connection before it fails; null for as long as it takes.
 */
export function connectRedis(url: string, maxRetriesPerRequest: number | null): Redis {
  const redis = new ScriptRedis(url, {
    maxRetriesPerRequest,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 1000),
    connectionName: 'journeyman',
  });
  // ioredis connects again by itself; commands that could not wait that long fail on their own.
  redis.on('error', () => undefined);
  redis.on('connect', () => {
    gatherWrites(redis.stream as Socket);
    readReplies(redis);
  });
  return redis;
}
