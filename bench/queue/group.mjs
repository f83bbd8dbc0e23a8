/** A group of many members: how long from the call that enqueues it until its results are joined, and what memory it takes. */
import { z } from 'zod';
import { createLogger } from '#src/logging.js';
import { connect, createBroker, group, handle, task } from '#src/taskkit/index.js';

const queue = 'bench';
const number = task('bench.number', { n: z.number().int() }, { returns: { n: z.number() }, queue });
const never = () => Promise.reject(new Error('The benchmark does not use the outbox.'));

/** Producer and worker in this process. Seconds, and MB of resident memory at the most. */
export async function measureGroup({ broker: place, members, concurrency }) {
  const url = await place.fresh();
  const broker = createBroker(url, { resultExpires: 3600 });
  const log = createLogger({ level: 'warning', format: 'json', name: 'bench' });
  const outbox = { write: never, take: never, listen: never };
  connect({ broker, outbox, routes: {}, defaultQueue: queue, log, handlers: [] });
  const handlers = [handle(number, async ({ n }) => ({ n }))];
  const worker = await broker.startWorker({ handlers, queues: [queue], concurrency, name: 'worker-1', timeLimit: 300, log });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() / 2 ** 20);
  }, 100);
  try {
    const started = performance.now();
    const result = await group(...Array.from({ length: members }, (_, n) => number.s({ n }))).applyAsync();
    const enqueued = performance.now();
    const results = await result.join({ timeout: 900 });
    const joined = performance.now();
    if (results.some(({ n }, index) => n !== index)) throw new Error('The results of the group are not in order.');
    return { members, enqueue: (enqueued - started) / 1000, join: (joined - enqueued) / 1000, peak };
  } finally {
    clearInterval(timer);
    await worker.stop(0);
    await broker.close();
    connect(undefined);
  }
}
