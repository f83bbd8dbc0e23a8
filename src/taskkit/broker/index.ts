import { coded } from '../../errors.js';
import type { Broker } from './broker.js';
import { bullmqBroker } from './bullmq-broker.js';
import { migratePostgresBroker, postgresTransport } from './postgres.js';
import { redisTransport } from './redis.js';

const isPostgres = (scheme: string) => scheme === 'postgres:' || scheme === 'postgresql:';

/**
 * Makes the broker at a `redis://` or `postgres://` URL. Connects when it is first used.
 *
 * @param resultExpires How long the state of a finished task is kept, in seconds.
 * @param keyPrefix What every key in Redis begins with. Default: `bull`.
 */
export function createBroker(
  url: string,
  { keyPrefix = 'bull', ...options }: { resultExpires: number; keyPrefix?: string },
): Broker {
  const scheme = new URL(url).protocol;
  if (isPostgres(scheme)) return bullmqBroker(postgresTransport(url), options);
  if (scheme === 'redis:' || scheme === 'rediss:') return bullmqBroker(redisTransport(url, keyPrefix), options);
  throw coded('BROKER_URL_UNSUPPORTED', { scheme });
}

/** Makes or updates what the broker keeps in its store. Redis needs nothing. */
export async function migrateBroker(url: string): Promise<void> {
  if (isPostgres(new URL(url).protocol)) await migratePostgresBroker(url);
}
