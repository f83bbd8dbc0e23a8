/**
 * Tasks that do nothing: how fast they are enqueued and run, how soon one starts, and what the worker's memory does.
 * Our kit against BullMQ by itself on the same broker, in turns, and against Celery on the same Redis.
 */
import { cpus } from 'node:os';
import path from 'node:path';
import { celeryVersion, enqueueWithCelery, processWithCelery } from './celery/peer.mjs';
import { measureLatency, measureMemory, measureRates } from './queue/measure.mjs';
import { writeReport } from './queue/report.mjs';
import { startPostgres, startRedis } from './support/brokers.mjs';
import { print, progress, table } from './support/report.mjs';
import { best, median, quantile, ratioOf, rounded } from './support/statistics.mjs';

/**
 * How much is measured. Tasks are per round. `until` are seconds since the start after which a part begins nothing more than its
 * first round, so that a busy machine measures less and not longer.
 */
const sizes = {
  quick: {
    rounds: 3,
    until: { postgres: 10, redis: 22, celery: 30 },
    runs: ['ours', 'bullmq'],
    tasks: { postgres: 500, redis: 3000 },
    latencySamples: 30,
    memoryTasks: { redis: 5000 },
    celery: { rounds: 1, tasks: 1500, setups: ['prefork -c 2', 'three solo workers, prefetch 64'] },
  },
  long: {
    rounds: 5,
    until: {},
    runs: ['ours', 'bullmq', 'oursLogging'],
    tasks: { postgres: 3000, redis: 20_000 },
    latencySamples: 200,
    memoryTasks: { postgres: 20_000, redis: 200_000 },
    celery: {
      rounds: 2,
      tasks: 8000,
      setups: ['prefork -c 2', 'prefork -c 2, prefetch 64', 'three solo workers', 'three solo workers, prefetch 64'],
    },
  },
};

/** The concurrency each broker is fastest at, for both sides alike. */
const concurrency = { postgres: 10, redis: 50 };

/** Our kit with a line a task in its log is measured too: that is how a worker logs by default. */
const runs = {
  ours: { side: 'ours', logLevel: 'warning' },
  bullmq: { side: 'bullmq' },
  oursLogging: { side: 'ours', logLevel: 'info' },
};

const names = { ours: 'ours', bullmq: 'bare BullMQ', oursLogging: 'ours, each task logged' };
const rates = ['singly', 'inBulk', 'process'];

export async function run({ quick }) {
  const size = quick ? sizes.quick : sizes.long;
  const starts = [startPostgres, startRedis];
  const results = [];
  let celery;
  for (const start of starts) {
    const broker = await start();
    if (!broker) continue;
    try {
      const result = await compare(broker, size);
      results.push(result);
      print(`\n${result.version}, ${result.concurrency} tasks at once\n\n${ratesTable(result)}\n\n${latencyTable(result)}`);
      if (result.memory) print(`\n${memoryTable(result)}`);
      if (broker.kind === 'redis' && celeryVersion) celery = await measureCelery(broker, size);
    } finally {
      await broker.stop();
    }
  }
  const leftOut = leftOutPeers(results, celery);
  if (celery) print(`\n${celeryTable(celery, results)}`);
  for (const reason of leftOut) print(`\nLeft out: ${reason}`);
  print();
  const summary = { ...summarise(results, celery), results, celery, leftOut };
  if (!quick)
    writeReport(path.join(import.meta.dirname, '../docs/benchmarks'), { ...summary, tables: allTables(results, celery) });
  return summary;
}

/** Tells whether so many seconds have passed since the program began. */
const isLate =
  (seconds = Number.POSITIVE_INFINITY) =>
  () =>
    performance.now() > seconds * 1000;

/** Runs every side in each round, the order turned round every time. */
async function compare(broker, size) {
  const tasks = size.tasks[broker.kind];
  const options = (logLevel) => ({ concurrency: concurrency[broker.kind], logLevel });
  const measured = Object.fromEntries(size.runs.map((name) => [name, { singly: [], inBulk: [], process: [] }]));
  const late = isLate(size.until[broker.kind]);
  for (let round = 0; round < size.rounds; round++) {
    if (round > 0 && late()) break;
    progress(`${broker.version}: round ${round + 1} of ${size.rounds}`);
    for (const name of round % 2 ? size.runs.toReversed() : size.runs) {
      const { side, logLevel } = runs[name];
      const found = await measureRates({ side, broker, tasks, options: options(logLevel) });
      for (const rate of rates) measured[name][rate].push(found[rate]);
    }
  }
  const latency = {};
  for (const side of ['ours', 'bullmq']) {
    progress(`${broker.version}: latency, ${names[side]}`);
    latency[side] = await measureLatency({ side, broker, samples: size.latencySamples, options: options('warning') });
  }
  const memoryTasks = size.memoryTasks[broker.kind];
  let memory;
  if (memoryTasks && !late()) {
    progress(`${broker.version}: memory over ${memoryTasks} tasks`);
    memory = { tasks: memoryTasks };
    for (const side of ['ours', 'bullmq']) {
      memory[side] = await measureMemory({ side, broker, tasks: memoryTasks, options: options('warning') });
    }
  }
  return { kind: broker.kind, version: broker.version, concurrency: concurrency[broker.kind], rates: measured, latency, memory };
}

/** A large prefetch helps Celery with tasks as short as these; its default is 4 a process. */
const prefetch = ['--prefetch-multiplier', '64'];
const celerySetups = {
  'prefork -c 2': [['-P', 'prefork', '-c', '2']],
  'prefork -c 2, prefetch 64': [['-P', 'prefork', '-c', '2', ...prefetch]],
  'three solo workers': Array(3).fill(['-P', 'solo']),
  'three solo workers, prefetch 64': Array(3).fill(['-P', 'solo', ...prefetch]),
};

async function measureCelery(broker, { celery: { rounds, tasks, setups: chosen }, until }) {
  const late = isLate(until.celery);
  const enqueued = [];
  const setups = {};
  for (const name of chosen) {
    if (enqueued.length > 0 && late()) break;
    setups[name] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`Celery, ${name}: round ${round + 1} of ${rounds}`);
      const url = await broker.fresh();
      enqueued.push(await enqueueWithCelery(url, tasks));
      setups[name].push(await processWithCelery({ client: broker.client, url, tasks, workers: celerySetups[name] }));
    }
  }
  return { version: celeryVersion, enqueued, setups };
}

function leftOutPeers(results, celery) {
  const leftOut = [];
  if (!results.some(({ kind }) => kind === 'redis')) leftOut.push('the Redis broker: redis-server is not installed');
  if (!celery) leftOut.push('Celery: python3 with celery and redis, or redis-server, is not installed');
  return leftOut;
}

const ratesTable = ({ rates: measured }) =>
  table(
    ['tasks a second: best (median)', 'enqueue, one a call', 'enqueue, 500 a call', 'process'],
    Object.keys(measured).map((name) => [
      names[name],
      ...rates.map((rate) => `${whole(best(measured[name][rate]))} (${whole(median(measured[name][rate]))})`),
    ]),
  );

const whole = (value) => Math.round(value).toLocaleString('en-GB');

const latencyTable = ({ latency }) =>
  table(
    ['enqueue to start, idle, ms', 'p50', 'p99'],
    ['ours', 'bullmq'].map((side) => [names[side], quantile(latency[side], 0.5), quantile(latency[side], 0.99)]),
  );

const memoryTable = ({ memory }) =>
  table(
    [`worker memory over ${whole(memory.tasks)} tasks, MB`, 'after 5 %', 'highest', 'at the end'],
    ['ours', 'bullmq'].map((side) => [
      names[side],
      ...['rssBefore', 'rssPeak', 'rssAfter'].map((at) => Math.round(memory[side][at])),
    ]),
  );

/** The best of Celery's set-ups by what they reached at best. */
const bestCelery = ({ setups }) => Math.max(...Object.values(setups).map(best));

function celeryTable(celery, results) {
  const rows = Object.entries(celery.setups).map(([name, found]) => [
    `${celery.version}, ${name}`,
    ...results.map(({ rates: measured }) => best(measured.ours.process) / best(found)),
  ]);
  const heads = results.map(({ kind }) => `ours on ${kind}, times as fast`);
  const figures = Object.values(celery.setups).map((found) => `${whole(best(found))} (${whole(median(found))})`);
  return table(
    ['tasks a second on the same Redis: best (median)', 'process', ...heads],
    rows.map(([name, ...ratios], index) => [name, figures[index], ...ratios]),
  );
}

const allTables = (results, celery) => [
  ...results.flatMap((result) => [
    `### ${result.version}\n\n${result.concurrency} tasks at once, on both sides.`,
    ratesTable(result),
    latencyTable(result),
    ...(result.memory ? [memoryTable(result)] : []),
  ]),
  ...(celery
    ? [
        `### ${celery.version} on the same Redis\n\nOne process enqueues ${whole(best(celery.enqueued))} tasks a second, one a call.`,
        celeryTable(celery, results),
      ]
    : []),
];

/** What the JSON line says: rates in tasks a second (best and median), times in ms, memory in MB. */
function summarise(results, celery) {
  const figures = (found) => ({ best: rounded(best(found)), median: rounded(median(found)) });
  const sideOf = (name, { rates: measured, latency, memory }) => ({
    ...Object.fromEntries(rates.map((rate) => [rate, figures(measured[name][rate])])),
    ...(latency[name] && {
      latency: { p50: rounded(quantile(latency[name], 0.5)), p99: rounded(quantile(latency[name], 0.99)) },
    }),
    ...(memory?.[name] && {
      memory: { tasks: memory.tasks, before: Math.round(memory[name].rssBefore), after: Math.round(memory[name].rssAfter) },
    }),
  });
  const byBroker = (of) => Object.fromEntries(results.map((result) => [result.kind, of(result)]));
  const machine = { cores: cpus().length, node: process.version };
  return {
    ours: {
      ...byBroker((result) => ({
        ...sideOf('ours', result),
        ...(result.rates.oursLogging && { logging: sideOf('oursLogging', result) }),
      })),
      machine,
    },
    peers: {
      bullmq: byBroker((result) => sideOf('bullmq', result)),
      celery: celery
        ? {
            version: celery.version,
            singly: figures(celery.enqueued),
            process: Object.fromEntries(Object.entries(celery.setups).map(([name, found]) => [name, figures(found)])),
          }
        : { leftOut: 'not installed' },
    },
    ratios: {
      bullmq: byBroker(({ rates: measured }) =>
        Object.fromEntries(rates.map((rate) => [rate, ratioOf(measured.ours[rate], measured.bullmq[rate])])),
      ),
      ...(results.every(({ rates: measured }) => measured.oursLogging) && {
        bullmqWhenLogging: byBroker(({ rates: measured }) => ratioOf(measured.oursLogging.process, measured.bullmq.process)),
      }),
      ...(celery && {
        celeryPrefork: byBroker(({ rates: measured }) =>
          rounded(best(measured.ours.process) / best(celery.setups['prefork -c 2'])),
        ),
        celeryBest: byBroker(({ rates: measured }) => rounded(best(measured.ours.process) / bestCelery(celery))),
      }),
    },
  };
}
