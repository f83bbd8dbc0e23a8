/** What the benchmarks of batch tasks share: a database to run them on, the run of a parent with its chunks, and where the results go. */
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createDatabase } from '#src/db/database.js';
import { createOutbox } from '#src/db/outbox.js';
import { connect, createBroker } from '#src/taskkit/index.js';
import { startPostgres } from './brokers.mjs';
import { fillIn, print } from './report.mjs';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Works on a PostgreSQL of its own and removes it. `work` gets the database, a client for what the loops ask, the server's
 * version, and `connectHandlers`, after which tasks can be called and run here.
 */
export async function onOwnDatabase(work) {
  const server = await startPostgres();
  const url = await server.fresh();
  const db = createDatabase(url);
  const broker = createBroker(url, { resultExpires: 60 });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const connectHandlers = (handlers) =>
    connect({ broker, outbox: createOutbox(db, url), routes: {}, defaultQueue: 'celery', log: silent, handlers });
  try {
    return await work({ db, client, version: server.version, connectHandlers });
  } finally {
    connect(undefined);
    await client.end();
    await broker.close();
    await db.destroy();
    await server.stop();
  }
}

/** Runs a parent task's handler here, and its chunks one after another as their turn would come in a worker that runs one at a time. */
export async function runBatch(handlers, parent, chunk) {
  const handler = handlers.find((each) => each.task === parent);
  const group = async (build) => {
    const outcomes = [];
    for (const { spec } of await build()) outcomes.push({ result: await chunk(spec.args) });
    return outcomes;
  };
  return handler.run({}, { name: parent.taskName, log: silent, group });
}

/** Prints the results; those of the long form go into `docs/benchmarks/NAME.md`, too, with what they were measured on. */
export function tell(name, text, { quick, version }) {
  print(`\n${text}\n`);
  if (quick) return;
  const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${version}; Node ${process.versions.node}.`;
  const file = path.join(import.meta.dirname, `../../docs/benchmarks/${name}.md`);
  fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${text}`);
}
