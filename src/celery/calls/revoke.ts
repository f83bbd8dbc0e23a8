import { writeEnvelope } from '../codec/envelope.js';
import { controlExchange } from '../control/mailbox.js';
import { type CeleryRedis, reaching } from '../redis/connect.js';
import type { BrokerKeys } from '../redis/names.js';

/** Tells Celery's workers to end a task, or not to begin it. */
export async function revokeInPython(redis: CeleryRedis, keys: BrokerKeys, id: string): Promise<void> {
  const command = { method: 'revoke', arguments: { task_id: id, terminate: true, signal: null } };
  const body = { ...command, destination: null, pattern: null, matcher: null };
  const text = writeEnvelope({ body, headers: { clock: 0, expires: 0, journeyman: true } }, controlExchange, '');
  await reaching(redis, () => redis.publish(keys.fanout(redis.options.db ?? 0, controlExchange), text));
}
