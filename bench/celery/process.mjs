/**
 * Our bridge, our worker, or both, as a process of the benchmark; its first message says which. Tells its parent of `ready` and,
 * with a worker, of `done` with the rate between the first and the last twentieth of the tasks.
 */
import { once } from 'node:events';
import { z } from 'zod';
import { connectCelery, defaultTransport } from '#src/celery/index.js';
import { createLogger } from '#src/logging.js';
import { createBroker, handle, task } from '#src/taskkit/index.js';
import { monotonic } from '../support/statistics.mjs';

const noop = task('bench.noop', { n: z.number().int() }, { returns: {}, queue: 'bench' });

const [{ roles, url, tasks, concurrency }] = await once(process, 'message');
const broker = createBroker(url, { resultExpires: 3600 });
const log = createLogger({ level: 'warning', format: 'json', name: roles.join('+') });
const celery = connectCelery({
  brokerUrl: url,
  resultUrl: url,
  transport: defaultTransport,
  resultKeyprefix: '',
  resultExpires: 3600,
  trackStarted: false,
  routing: { routes: {}, defaultQueue: 'bench', bridgeQueues: ['celery'], pythonQueues: [] },
  sealer: undefined,
  enqueue: (messages) => broker.enqueue(messages),
  log,
});
const stops = [];
if (roles.includes('bridge')) stops.push(await startBridge());
if (roles.includes('worker')) stops.push(await startWorker());
process.send({ type: 'ready' });
await once(process, 'disconnect');
for (const stop of stops) await stop();
await celery.close();
await broker.close();

async function startBridge() {
  const bridge = await celery.startBridge();
  return () => bridge.stop();
}

async function startWorker() {
  const [first, last] = [Math.ceil(tasks * 0.05), Math.floor(tasks * 0.95)];
  let ended = 0;
  let from = 0;
  let rate;
  const report = async (event) => {
    await celery.report(event);
    if (event.type !== 'succeeded') return;
    ended++;
    if (ended === first) from = monotonic();
    if (ended === last) rate = (last - first) / ((monotonic() - from) / 1000);
    if (ended === tasks) process.send({ type: 'done', rate });
  };
  const handlers = [handle(noop, async ({ n }) => n)];
  const worker = await broker.startWorker({
    handlers,
    queues: ['bench'],
    concurrency,
    name: 'worker',
    timeLimit: 300,
    log,
    report,
  });
  return () => worker.stop(0);
}
