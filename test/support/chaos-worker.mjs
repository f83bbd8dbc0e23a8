/** A worker process of the chaos test: `chaos-worker.mjs NAME DATABASE_URL BROKER_URL`. Ends with the process that forked it. */
import { createDatabase } from '#src/db/database.js';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker, startRelay } from '#src/taskkit/index.js';
import { chaosHandlers } from './chaos-tasks.mjs';

const [, , name, databaseUrl, brokerUrl] = process.argv;
process.on('disconnect', () => process.exit());

const tell = (line) => process.connected && process.send({ line }, () => undefined);
const quiet = () => undefined;
const loud = (_, message) => tell(message);
const log = { debug: quiet, info: quiet, warn: loud, error: loud };

const db = createDatabase(databaseUrl);
const broker = createBroker(brokerUrl, { resultExpires: 86_400 });
const outbox = createOutbox(db, databaseUrl);
const handlers = chaosHandlers(db);
connect({ broker, outbox, routes: {}, defaultQueue: 'celery', log, handlers });
await broker.startWorker({ handlers, queues: ['celery', 'other'], concurrency: 4, name, timeLimit: 60, log });
await startRelay(outbox, broker, log);
process.send({ ready: true });
