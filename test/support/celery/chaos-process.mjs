/**
 * A process of the kill test: `chaos-process.mjs NAME bridge|worker BROKER_URL CELERY_URL RESULT_URL`. Ends with the process
 * that forked it. Each effect leaves its key and its task's id in the list `runs` of the result backend.
 */
import { Redis } from 'ioredis';
import { z } from 'zod';
import { connectCelery, defaultTransport } from '#src/celery/index.js';
import { createBroker, handle, task } from '#src/taskkit/index.js';

const [, , name, role, brokerUrl, celeryUrl, resultUrl] = process.argv;
process.on('disconnect', () => process.exit());

const quiet = () => undefined;
const loud = (_, line) => process.connected && process.send({ line }, quiet);
const log = { debug: quiet, info: quiet, warn: loud, error: loud };

const broker = createBroker(brokerUrl, { resultExpires: 86_400 });
const celery = connectCelery({
  brokerUrl: celeryUrl,
  resultUrl,
  transport: defaultTransport,
  resultKeyprefix: '',
  resultExpires: 86_400,
  trackStarted: false,
  routing: { routes: { 'python.*': 'python' }, defaultQueue: 'celery', bridgeQueues: ['celery'], pythonQueues: ['python'] },
  sealer: undefined,
  enqueue: (messages) => broker.enqueue(messages),
  log,
});

const call = { n: z.number(), key: z.string() };
const retries = { maxRetries: 3, retryBackoff: 0.1, returns: {} };
const contracts = {
  add: task('chaos.add', call, retries),
  flaky: task('chaos.flaky', { ...call, failures: z.number() }, retries),
  broken: task('chaos.broken', { key: z.string() }, { ...retries, maxRetries: 0 }),
  total: task('chaos.total', { results: z.array(z.number()), key: z.string() }, retries),
  note: task('chaos.note', { taskId: z.string() }, retries),
};

function handlers(redis) {
  const run = async (key, { id }) => {
    await redis.rpush('runs', JSON.stringify([key, id]));
    // Long enough to be killed over.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const addOne = async ({ n, key }, context) => {
    await run(key, context);
    return n + 1;
  };
  return [
    handle(contracts.add, addOne),
    handle(contracts.flaky, async (args, context) => {
      if (context.retries < args.failures) throw new Error(`failure ${context.retries + 1} of ${args.failures}`);
      return addOne(args, context);
    }),
    handle(contracts.broken, async ({ key }) => {
      throw new RangeError(key);
    }),
    handle(contracts.total, async ({ results, key }, context) => {
      await run(key, context);
      return results.reduce((sum, value) => sum + value, 0);
    }),
    handle(contracts.note, async ({ taskId }, context) => {
      await run(`errback/${taskId}`, context);
      return {};
    }),
  ];
}

if (role === 'bridge') await celery.startBridge();
else {
  const options = { queues: ['celery'], concurrency: 20, name, timeLimit: 60, log, report: celery.report };
  await broker.startWorker({ handlers: handlers(new Redis(resultUrl)), ...options });
}
process.send({ ready: true });
