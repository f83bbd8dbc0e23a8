/**
 * Tasks that do nothing: how fast they are enqueued and run, how soon one starts, and what the worker's memory does.
 * Our kit against BullMQ by itself on the same broker, in turns, and against Celery on the same Redis.
 */
import path from 'node:path';
import { celeryVersion, enqueueWithCelery, processWithCelery } from './celery/peer.mjs';
import { measureGroup } from './queue/group.mjs';
import { measureLatency, measureMemory, measureRates } from './queue/measure.mjs';
import { writeReport } from './queue/report.mjs';
import {
  allTables,
  celeryTable,
  groupTable,
  latencyTable,
  memoryTable,
  names,
  rates,
  ratesTable,
  summarise,
} from './queue/tables.mjs';
import { startPostgres, startRedis } from './support/brokers.mjs';
import { print, progress } from './support/report.mjs';

/**
 * How much is measured. Tasks are per round. `until` are seconds since the start after which a part begins nothing more than its
 * first round, so that a busy machine measures less and not longer.
 */
const sizes = {
  quick: {
    rounds: { postgres: 3, redis: 3 },
    until: { postgres: 10, redis: 22, celery: 30 },
    runs: ['ours', 'bullmq', 'oursHistory'],
    tasks: { postgres: 500, redis: 3000 },
    latencySamples: 30,
    memoryTasks: { redis: 5000 },
    groupMembers: 500,
    celery: { rounds: 1, tasks: 1500, setups: ['prefork -c 2', 'three solo workers, prefetch 64'] },
  },
  long: {
    // Many rounds: what else the machine does comes and goes within seconds.
    rounds: { postgres: 7, redis: 9 },
    until: {},
    runs: ['ours', 'bullmq', 'bullmqIds', 'oursHistory', 'oursLogging'],
    tasks: { postgres: 2000, redis: 20_000 },
    latencySamples: 200,
    memoryTasks: { postgres: 20_000, redis: 200_000 },
    groupMembers: 10_000,
    celery: {
      rounds: 2,
      tasks: 8000,
      setups: ['prefork -c 2', 'prefork -c 2, prefetch 64', 'three solo workers', 'three solo workers, prefetch 64'],
    },
  },
};

/** The concurrency each broker is fastest at, for all sides alike. */
const concurrency = { postgres: 10, redis: 50 };

/** Our kit as a worker runs by default is measured too: with the history of its runs, and with two lines a task in its log. */
const runs = {
  ours: { side: 'ours', logLevel: 'warning' },
  bullmq: { side: 'bullmq' },
  bullmqIds: { side: 'bullmqIds' },
  oursHistory: { side: 'ours', logLevel: 'warning', history: true },
  oursLogging: { side: 'ours', logLevel: 'info' },
};

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
      print(`\n${groupTable(result)}`);
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
  const rounds = size.rounds[broker.kind];
  const options = (logLevel) => ({ concurrency: concurrency[broker.kind], logLevel });
  const historyServer = broker.kind === 'postgres' ? undefined : await startPostgres();
  const measured = Object.fromEntries(size.runs.map((name) => [name, { singly: [], inBulk: [], process: [] }]));
  const late = isLate(size.until[broker.kind]);
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && late()) break;
    progress(`${broker.version}: round ${round + 1} of ${rounds}`);
    for (const name of round % 2 ? size.runs.toReversed() : size.runs) {
      const { side, logLevel, history } = runs[name];
      const found = await measureRates({ side, broker, tasks, history, historyServer, options: options(logLevel) });
      for (const rate of rates) measured[name][rate].push(found[rate]);
    }
  }
  await historyServer?.stop();
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
  progress(`${broker.version}: a group of ${size.groupMembers}`);
  const group = await measureGroup({ broker, members: size.groupMembers, concurrency: concurrency[broker.kind] });
  return {
    kind: broker.kind,
    version: broker.version,
    concurrency: concurrency[broker.kind],
    rates: measured,
    latency,
    memory,
    group,
  };
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
