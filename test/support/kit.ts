import { createOutbox } from '#src/db/outbox.js';
import {
  type Broker,
  connect,
  createBroker,
  createSealer,
  type Handler,
  type Kit,
  migrateBroker,
  type RunningWorker,
  startRelay,
  type TaskContext,
  type TaskLogger,
} from '#src/taskkit/index.js';
import { createTestDatabase } from './database.js';
import { redisInstalled, startRedis } from './redis.mjs';

export type BrokerKind = 'postgres' | 'redis';

/** The brokers the contract is held against. Redis is left out, loudly, where it is not installed. */
export const brokerKinds: BrokerKind[] = redisInstalled ? ['postgres', 'redis'] : ['postgres'];
if (!redisInstalled)
  process.stderr.write(
    'redis-server is not installed: its tests are left out. Install it with "apt-get install redis-server".\n',
  );

/** A log that keeps its lines. */
export function memoryLog(): TaskLogger & { lines: string[] } {
  const lines: string[] = [];
  const add = (_: object, message: string) => void lines.push(message);
  return { lines, debug: add, info: add, warn: add, error: add };
}

/** A connected kit on a fresh broker and a fresh database, for one test file. */
export async function openKit(kind: BrokerKind) {
  const database = await createTestDatabase();
  const redis = kind === 'redis' ? await startRedis() : undefined;
  const url = redis?.url ?? database.url;
  await migrateBroker(url);
  const log = memoryLog();
  const outbox = createOutbox(database.db, database.url);
  const workers: RunningWorker[] = [];
  const relays: (() => Promise<void>)[] = [];
  const broker: Broker = createBroker(url, { resultExpires: 0 });
  const sealer = createSealer('a secret key of the tests');
  const kit = { broker, outbox, routes: {} as Kit['routes'], defaultQueue: 'celery', log, sealer, handlers: [] as Handler[] };
  connect(kit);
  return {
    ...kit,
    url,
    database,
    redis,
    connectWith: (more: Partial<typeof kit>) => connect({ ...kit, ...more }),
    async startWorker(handlers: Handler[], options: Partial<Parameters<Broker['startWorker']>[0]> = {}) {
      const defaults = { queues: ['celery'], concurrency: 4, name: 'worker', timeLimit: 60 };
      const worker = await broker.startWorker({ handlers, log, ...defaults, ...options });
      workers.push(worker);
      return worker;
    },
    async startRelay() {
      const stop = await startRelay(outbox, broker, log);
      relays.push(stop);
      return stop;
    },
    async close() {
      await Promise.all(relays.map((stop) => stop()));
      await Promise.all(workers.map((worker) => worker.stop(0)));
      connect(undefined);
      await broker.close();
      await redis?.stop();
      await database.drop();
    },
  };
}

export type OpenKit = Awaited<ReturnType<typeof openKit>>;

/** What a handler is given in its first run, for tests that run one without a worker. */
export function taskContext(given: Partial<TaskContext> = {}): TaskContext {
  const refuse = () => {
    throw new Error('Only a worker can do that.');
  };
  return {
    id: 'test',
    name: 'test',
    queue: 'test',
    retries: 0,
    maxRetries: 3,
    signal: new AbortController().signal,
    log: memoryLog(),
    progress: async () => undefined,
    retry: refuse,
    group: refuse,
    ...given,
  };
}

/** A promise that is settled from outside, to hold a handler at a point. */
export function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until a condition holds; the test's own timeout bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
