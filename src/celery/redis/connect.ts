import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Redis } from 'ioredis';
import { coded, JourneymanError } from '../../errors.js';
import { addScripts, type Scripts } from './scripts.js';

export type CeleryRedis = Redis & Scripts;

/** The TLS options that Celery reads from a rediss:// URL, as Node knows them. */
function tlsOf({ protocol, searchParams }: URL): ConnectionOptions | undefined {
  if (protocol !== 'rediss:') return undefined;
  const file = (name: string) => {
    const path = searchParams.get(name);
    return path ? readFileSync(path) : undefined;
  };
  const [ca, cert, key] = [file('ssl_ca_certs'), file('ssl_certfile'), file('ssl_keyfile')];
  const unchecked = /none$/i.test(searchParams.get('ssl_cert_reqs') ?? '');
  return { rejectUnauthorized: !unchecked, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** The URL as people may see it. */
export function addressOf(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  return `${protocol}//${hostname}:${port || 6379}${pathname}`;
}

/**
 * Opens a connection to Celery's Redis; it connects when it is first used, and again when it was lost. A command fails when the
 * server is away for some 10 s.
 *
 * @param url As Celery takes it: redis:// or rediss:// with `ssl_cert_reqs` and the like, a password, a database's number.
 * @param blocking Whether it is for commands that wait; those never fail while the server is away.
 */
export function connectRedis(url: string, { blocking = false }: { blocking?: boolean } = {}): CeleryRedis {
  const parsed = new URL(url);
  const tls = tlsOf(parsed);
  parsed.search = '';
  const redis = new Redis(parsed.href, {
    lazyConnect: true,
    connectionName: 'journeyman-celery',
    enableAutoPipelining: !blocking,
    maxRetriesPerRequest: blocking ? null : 12,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 1000),
    ...(tls && { tls }),
  });
  // It connects again by itself; commands that could not wait that long fail on their own.
  redis.on('error', () => undefined);
  return addScripts(redis);
}

/** What a server answers that can't serve now, but may soon. */
const passing = /^(OOM|LOADING|READONLY|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|MISCONF)/;

/** Runs commands. Throws BROKER_UNREACHABLE when the server is away or can't serve them now. */
export async function reaching<T>(redis: Redis, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof JourneymanError) throw error;
    const { name, message } = error as Error;
    if (name === 'ReplyError' && !passing.test(message)) throw error;
    const { host, port, db } = redis.options;
    throw coded('BROKER_UNREACHABLE', { address: `redis://${host}:${port}/${db}`, reason: message }, { cause: error });
  }
}

/** Closes a connection, whether it was ever used or not. */
export async function disconnect(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}
