import { type TaskLogger, taskErrorOf } from '../../taskkit/index.js';
import { readEnvelope, writeEnvelope } from '../codec/envelope.js';
import { type CeleryRedis, connectRedis, disconnect } from '../redis/connect.js';
import type { BrokerKeys } from '../redis/names.js';
import type { LogicalClock } from './clock.js';

export const controlExchange = 'celery.pidbox';
/** Seconds that a reply is kept for whoever asked: Celery's own are kept for ever when the asker dies. */
const replyExpires = 60;

/** A command as `celery inspect` and `celery control` send it. */
interface Request {
  method: string;
  arguments?: Record<string, unknown> | null;
  /** The names of the workers it is for; null: all. */
  destination?: string[] | null;
  /** Workers whose names are like this, by a matcher. */
  pattern?: string | null;
  matcher?: 'glob' | 'pcre' | null;
  ticket?: string;
  reply_to?: { exchange: string; routing_key: string };
}

const escapeAll = (text: string) => text.replace(/[.+^${}()|\\]/g, '\\$&');
const fromGlob = (glob: string) => new RegExp(`^${escapeAll(glob).replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's');

function isFor({ destination, pattern, matcher }: Request, hostname: string): boolean {
  if (destination) return destination.includes(hostname);
  if (!pattern || !matcher) return true;
  return matcher === 'glob' ? fromGlob(pattern).test(hostname) : new RegExp(`^(?:${pattern})`).test(hostname);
}

export interface MailboxOptions {
  /** Celery's broker. */
  url: string;
  redis: CeleryRedis;
  keys: BrokerKeys;
  /** The name of the worker. */
  hostname: string;
  clock: LogicalClock;
  /** In milliseconds since 1970. */
  now: () => number;
  log: TaskLogger;
  /** Does what a command says. Gives what is replied; what it throws is replied as an error. */
  answer(method: string, args: Record<string, unknown>): unknown;
}

/**
 * Lets a process hear Celery's remote control and answer it. Waits for no connection: it hears what is sent from when there is
 * one, over lost connections too. Returns when it hears, and what ends it when the last reply is on its way.
 */
export function openMailbox(options: MailboxOptions): { listening: Promise<void>; close(): Promise<void> } {
  const { url, redis, keys, hostname, clock, now, log } = options;
  const subscriber = connectRedis(url, { blocking: true });
  const pending = new Set<Promise<void>>();

  async function reply({ ticket, reply_to: to }: Request, answer: unknown): Promise<void> {
    if (!to) return;
    const body = { [hostname]: answer ?? null };
    const text = writeEnvelope({ body, headers: { ticket, clock: clock.forward() } }, to.exchange, to.routing_key);
    const bindings = await redis.smembers(keys.binding(to.exchange));
    for (const binding of bindings) {
      const queue = keys.boundQueue(binding, to.routing_key);
      if (queue === undefined) continue;
      await redis.multi().lpush(keys.queue(queue), text).expire(keys.queue(queue), replyExpires).exec();
    }
  }

  async function handle(text: string): Promise<void> {
    const { body, headers } = readEnvelope(text);
    clock.adjust(headers.clock);
    // It is for Python's workers; ours know already.
    if (headers.journeyman) return;
    if (typeof headers.expires === 'number' && headers.expires > 0 && headers.expires < now() / 1000) return;
    const request = body as Request;
    if (!isFor(request, hostname)) return;
    log.debug({ command: request.method }, `Celery's command ${request.method}`);
    const run = async () => options.answer(request.method, request.arguments ?? {});
    const answer = await run().catch((error: unknown) => ({ error: taskErrorOf(error).message }));
    await reply(request, answer);
  }

  subscriber.on('message', (_channel, text) => {
    const handled: Promise<void> = handle(text)
      .catch((error: Error) => log.warn({}, `A command of Celery's was not answered: ${error.message}`))
      .finally(() => pending.delete(handled));
    pending.add(handled);
  });
  // The database's number is known from the URL before there is a connection.
  const channel = keys.fanout(redis.options.db ?? 0, controlExchange);
  const listening = subscriber.subscribe(channel).then(
    () => undefined,
    // It was closed before it was heard of.
    () => undefined,
  );
  return {
    listening,
    async close() {
      await Promise.all(pending);
      await disconnect(subscriber);
    },
  };
}
