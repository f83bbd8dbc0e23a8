import type { TaskLogger } from '../../taskkit/index.js';
import { writeEnvelope } from '../codec/envelope.js';
import type { LogicalClock } from '../control/clock.js';
import type { CeleryRedis } from '../redis/connect.js';
import type { BrokerKeys } from '../redis/names.js';

const exchange = 'celeryev';
/** How long events of tasks are gathered, in milliseconds, and how many go in one message. */
const gatherFor = 50;
const batchSize = 200;
/** The most events that wait to be sent. More come only when the server is away: events are news, not records. */
const capacity = 10_000;

type Fields = Record<string, unknown>;

/** Tells of a process's doings, as Celery's workers tell Flower and `celery events`. Nothing of it is kept for those who don't listen. */
export interface Dispatcher {
  /** Whether events of tasks are sent. Those of workers always are. */
  tasks: boolean;
  /** Tells of the worker, such as `worker-online`. */
  send(type: string, fields: Fields): Promise<void>;
  /** Tells of a task, soon, together with others. */
  sendTask(type: string, fields: Fields): void;
  /** Sends what has been gathered. */
  flush(): Promise<void>;
}

/** Hours that the local time is behind UTC, as Celery counts them. */
const utcOffset = (date: Date) => Math.floor(date.getTimezoneOffset() / 60);

/** @param options `hostname` is the name of the worker, `now` milliseconds since 1970. */
export function createDispatcher(
  redis: CeleryRedis,
  keys: BrokerKeys,
  { hostname, clock, now, log }: { hostname: string; clock: LogicalClock; now: () => number; log: TaskLogger },
): Dispatcher {
  let gathered: Fields[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isAway = false;

  const eventOf = (type: string, fields: Fields): Fields => ({
    hostname,
    utcoffset: utcOffset(new Date(now())),
    pid: process.pid,
    clock: clock.forward(),
    timestamp: now() / 1000,
    ...fields,
    type,
  });

  async function publish(routingKey: string, body: unknown): Promise<void> {
    try {
      const channel = keys.fanout(redis.options.db ?? 0, exchange, routingKey);
      await redis.publish(channel, writeEnvelope({ body, headers: { hostname } }, exchange, routingKey));
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn({}, `Celery's listeners are told nothing for now: ${(error as Error).message}`);
      isAway = true;
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const events = gathered;
    gathered = [];
    for (let start = 0; start < events.length; start += batchSize) {
      await publish('task.multi', events.slice(start, start + batchSize));
    }
  }

  return {
    tasks: false,
    send: (type, fields) => publish(type.replace('-', '.'), eventOf(type, fields)),
    sendTask(type, fields) {
      if (!this.tasks || gathered.length >= capacity) return;
      gathered.push(eventOf(type, fields));
      timer ??= setTimeout(() => void flush(), gatherFor);
    },
    flush,
  };
}
