/**
 * The two sides of the comparison behind one face: our kit, and BullMQ as a program would use it by itself.
 * Both store the same argument and run the same empty work.
 */
import { createPostgresBackend, createRedisBackend, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { z } from 'zod';
import { createDatabase } from '#src/db/database.js';
import { createHistory } from '#src/db/history/index.js';
import { createLogger } from '#src/logging.js';
import { newId } from '#src/taskkit/id.js';
import { connect, createBroker, handle, task } from '#src/taskkit/index.js';

const queueName = 'bench';
const bulkSize = 500;

export const noop = task('bench.noop', { n: z.number().int() }, { returns: {}, queue: queueName, ignoreResult: true });

/** Worker options that our kit sets, given to BullMQ's own worker too. */
const workerOptions = { lockDuration: 5000, stalledInterval: 2000, maxStalledCount: 2, runRetryDelay: 500 };

const never = () => Promise.reject(new Error('The benchmark does not use the outbox.'));

const ours = {
  async produce(url) {
    const broker = createBroker(url, { resultExpires: 3600 });
    const log = createLogger({ level: 'warning', format: 'json', name: 'bench' });
    const outbox = { write: never, take: never, listen: never };
    connect({ broker, outbox, routes: {}, defaultQueue: queueName, log, handlers: [] });
    return {
      add: (n) => noop.applyAsync({ n }),
      // What the relay hands over from the outbox.
      addBulk: (numbers) => broker.enqueue(numbers.map(messageOf)),
      close: () => broker.close(),
    };
  },
  async consume(url, { concurrency, logLevel, historyUrl }, onStart) {
    const broker = createBroker(url, { resultExpires: 3600 });
    const log = createLogger({ level: logLevel, format: 'json', name: 'worker-1' });
    const handler = handle(noop, async () => {
      onStart();
      return {};
    });
    const db = historyUrl && createDatabase(historyUrl, { max: 2 });
    const history = db && createHistory(db, { log });
    const options = { handlers: [handler], queues: [queueName], concurrency, name: 'worker-1', timeLimit: 300, log };
    const worker = await broker.startWorker({ ...options, ...(history && { observe: history.observe }) });
    return async () => {
      await worker.stop(0);
      await history?.close();
      await db?.destroy();
      await broker.close();
    };
  },
};

const retry = { maxRetries: 3, retryBackoff: 60, retryBackoffMax: 600, retryJitter: true };
const messageOf = (n) => ({
  id: newId(),
  name: noop.taskName,
  queue: queueName,
  args: { n },
  priority: 0,
  retry,
  ignoreResult: true,
});

/** BullMQ's connection with as many connections as our kit takes. */
function connectionTo(url, role) {
  if (url.startsWith('redis')) {
    const connection = new Redis(url, { maxRetriesPerRequest: role === 'consumer' ? null : 3 });
    return { connection, backend: createRedisBackend, close: () => connection.quit() };
  }
  const connection = new pg.Pool({
    connectionString: url,
    max: role === 'consumer' ? 9 : 4,
    options: '-c search_path=bullmq',
  });
  return { connection, backend: createPostgresBackend, close: () => connection.end() };
}

/** @param optionsOf The options of each job. */
const bare = (optionsOf) => ({
  async produce(url) {
    const { connection, backend, close } = connectionTo(url, 'producer');
    const queue = new Queue(queueName, { connection }, backend);
    await queue.waitUntilReady();
    return {
      add: (n) => queue.add('noop', { n }, optionsOf()),
      addBulk: (numbers) => queue.addBulk(numbers.map((n) => ({ name: 'noop', data: { n }, opts: optionsOf() }))),
      async close() {
        await queue.close();
        await close();
      },
    };
  },
  async consume(url, { concurrency }, onStart) {
    const { connection, backend, close } = connectionTo(url, 'consumer');
    const worker = new Worker(queueName, async () => onStart(), { connection, concurrency, ...workerOptions }, backend);
    await worker.waitUntilReady();
    return async () => {
      await worker.close();
      await close();
    };
  },
});

/** A task's id is random and known everywhere; BullMQ's own ids are numbers of one queue. What the difference costs shows here. */
export const sides = { ours, bullmq: bare(() => ({})), bullmqIds: bare(() => ({ jobId: newId() })) };

/** Adds tasks in batches: `size` calls at once, or `size` tasks a call. Returns tasks a second. */
export async function enqueue(tasks, size, addBatch) {
  const started = performance.now();
  for (let from = 0; from < tasks; from += size) {
    await addBatch(Array.from({ length: Math.min(size, tasks - from) }, (_, index) => from + index));
  }
  return tasks / ((performance.now() - started) / 1000);
}

export const enqueueSingly = (producer, tasks) =>
  enqueue(tasks, 100, (numbers) => Promise.all(numbers.map((n) => producer.add(n))));

export const enqueueInBulk = (producer, tasks) => enqueue(tasks, bulkSize, (numbers) => producer.addBulk(numbers));
