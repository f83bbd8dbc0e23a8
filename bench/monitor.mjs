/**
 * The monitor's pages on a long run history: how long its API takes for each, against the obvious way on the same database, which is
 * OFFSET for pages, ILIKE over JSON texts, and figures counted from the runs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createDatabase } from '#src/db/database.js';
import { buildMonitor } from '#src/monitor/index.js';
import { resolveSettings } from '#src/settings.js';
import { createLocalStorage } from '#src/storage.js';
import { createBroker, queueOfTask, registeredTasks } from '#src/taskkit/index.js';
import '#src/tasks/index.js';
import { createHistory } from './monitor/history.mjs';
import { pages } from './monitor/pages.mjs';
import { startPostgres } from './support/brokers.mjs';
import { fillIn, print, progress, readable, table } from './support/report.mjs';
import { median, monotonic, quantile, rounded } from './support/statistics.mjs';

const target = 300;
/** How long a snapshot of the whole is shown to everybody before the next one is taken, in milliseconds. */
const snapshotAge = 2000;

export async function run({ quick }) {
  const count = quick ? 50_000 : 1_000_000;
  const turns = quick ? { ours: 5, peer: 1 } : { ours: 40, peer: 5 };
  const server = await startPostgres();
  const url = await server.fresh();
  const db = createDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const now = new Date();
  try {
    progress(`${readable(count)} runs`);
    const tasks = taskList();
    await createHistory(db, { count, tasks, now });
    const facts = await readFacts(client);
    const monitor = await startMonitor({ db, url, now });
    try {
      const depth = count / 10;
      progress(`to the page after ${readable(depth)} runs`);
      const cursor = await cursorAfter(monitor.ask, depth);
      const names = tasks.map(({ name }) => name);
      const times = await measure(pages({ names, ids: facts.ids, now, depth, cursor }), { ask: monitor.ask, client, turns });
      return report({ quick, count, facts, times, version: server.version });
    } finally {
      await monitor.stop();
    }
  } finally {
    await client.end();
    await db.destroy();
    await server.stop();
  }
}

const taskList = () =>
  [...registeredTasks().values()].map((task) => ({
    name: task.taskName,
    queue: queueOfTask(task, { routes: {}, defaultQueue: 'celery' }),
  }));

/** Ids of runs all over the history, and how large it is. */
async function readFacts(client) {
  const { rows } = await client.query('SELECT id FROM task_history ORDER BY id LIMIT 1000');
  const { rows: sizes } = await client.query(
    "SELECT pg_table_size('task_history') AS table, pg_indexes_size('task_history') AS indexes",
  );
  const megabytes = (bytes) => Math.round(Number(bytes) / 1_000_000);
  return {
    ids: rows.map(({ id }) => id),
    tableMegabytes: megabytes(sizes[0].table),
    indexMegabytes: megabytes(sizes[0].indexes),
  };
}

/** The monitor as a server; its clock stands where the history ends. */
async function startMonitor({ db, url, now }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'journeyman-bench-'));
  const settings = resolveSettings({ env: { STATE_DIR: folder, SECRET_KEY: 'k'.repeat(32) } });
  const broker = createBroker(url, { resultExpires: 60 });
  const app = await buildMonitor(
    {
      settings,
      log: { debug() {}, info() {}, warn() {}, error: (details) => process.stderr.write(`${details.err?.stack}\n`) },
      db,
      databaseUrl: url,
      storage: createLocalStorage(path.join(folder, 'storage')),
      broker,
      queues: ['celery', 'email'],
      schedule: [],
      version: 'bench',
      clock: () => now,
    },
    path.join(folder, 'web'),
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    async ask(target) {
      const answer = await fetch(`${address}${target}`);
      const body = await answer.json();
      if (!answer.ok) throw new Error(`${target}: ${JSON.stringify(body)}`);
      return body;
    },
    async stop() {
      await app.close();
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Pages do not skip: the way to a deep one leads through those before it. */
async function cursorAfter(ask, depth) {
  let cursor = '';
  for (let passed = 0; passed < depth; passed += 200)
    cursor = (await ask(`/api/tasks?limit=200${cursor && `&cursor=${cursor}`}`)).next;
  return cursor;
}

async function timed(work) {
  const start = monotonic();
  await work();
  return monotonic() - start;
}

/** Milliseconds of each page, once a turn, the two ways by turns. */
async function measure(all, { ask, client, turns }) {
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, { ours: [], peer: [] }]));
  for (let turn = 0; turn < turns.ours; turn++) {
    progress(`all pages, turn ${turn + 1} of ${turns.ours}`);
    for (const [name, { path: pathOf, queries }] of Object.entries(all)) {
      if (name === 'overview') await sleep(snapshotAge);
      times[name].ours.push(await timed(() => ask(pathOf(turn))));
      if (turn >= turns.peer) continue;
      times[name].peer.push(
        await timed(async () => {
          for (const query of queries(turn)) await client.query(query);
        }),
      );
    }
  }
  return times;
}

function report({ quick, count, facts, times, version }) {
  const { tableMegabytes, indexMegabytes } = facts;
  const rows = Object.entries(times).map(([name, { ours, peer }]) => ({
    name,
    median: median(ours),
    p95: quantile(ours, 0.95),
    peer: median(peer),
    ratio: median(peer) / median(ours),
  }));
  const slow = rows.filter(({ p95 }) => p95 >= target).map(({ name }) => name);
  const text = [
    `${readable(count)} runs, ${readable(tableMegabytes)} MB and ${readable(indexMegabytes)} MB of indexes.`,
    '',
    table(
      ['page', 'median, ms', '95th percentile, ms', 'obvious way, ms', 'times as long'],
      rows.map((row) => [row.name, row.median, row.p95, row.peer, row.ratio]),
    ),
    '',
    slow.length === 0
      ? `Every page takes under ${target} ms, at the 95th percentile too.`
      : `Not under ${target} ms at the 95th percentile: ${slow.join('; ')}.`,
  ].join('\n');
  print(`\n${text}\n`);
  if (!quick) {
    const conditions = `${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)} at the end; ${version}; Node ${process.versions.node}.`;
    const file = path.join(import.meta.dirname, '../docs/benchmarks/monitor.md');
    fillIn(file, 'results', `Measured on ${new Date().toISOString().slice(0, 10)}, ${conditions}\n\n${text}`);
  }
  const valuesOf = (key) => Object.fromEntries(rows.map((row) => [row.name, rounded(row[key])]));
  return {
    ours: { runs: count, tableMegabytes, indexMegabytes, medianMs: valuesOf('median'), p95Ms: valuesOf('p95'), slow },
    peers: { obvious: { medianMs: valuesOf('peer') } },
    ratios: valuesOf('ratio'),
  };
}
