// A worker whose task kills it; of the one that it spares, and of its failure, it tells on stdout.
import { z } from 'zod';
import { connect, createBroker, handle, task } from '../../dist/taskkit/index.js';

const [, , brokerUrl] = process.argv;
const say = (line) => process.stdout.write(`${line}\n`);
const log = { debug() {}, info() {}, warn: (_, line) => say(line), error: (_, line) => say(line) };
const poison = task('tests.poison', { n: z.number() }, { returns: {} });

const broker = createBroker(brokerUrl, { resultExpires: 3600 });
connect({ broker, outbox: {}, routes: {}, defaultQueue: 'celery', log, handlers: [] });
const handlers = [
  handle(
    poison,
    async () => process.kill(process.pid, 'SIGKILL'),
    async ({ n }, { code }) => say(`told of ${n}: ${code}`),
  ),
];
await broker.startWorker({ handlers, queues: ['celery'], concurrency: 1, name: 'poisoned', timeLimit: 60, log });
say('ready');
