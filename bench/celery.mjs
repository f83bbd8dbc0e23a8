/**
 * The Celery bridge: a Celery client enqueues empty tasks; our bridge and worker run them, and Celery's own workers do, on the
 * same Redis, in turns. How many a second, and how soon a caller has its result.
 */
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { ourSetups, processWithOurs, startOurs } from './celery/ours.mjs';
import { celeryLatencies, celeryVersion, enqueueWithCelery, processWithCelery, startCeleryWorkers } from './celery/peer.mjs';
import { startRedis } from './support/brokers.mjs';
import { fillIn, print, progress, table } from './support/report.mjs';
import { best, median, quantile, ratioOf } from './support/statistics.mjs';

/** Tasks are per round. `until` are seconds since the start after which nothing more than the first round begins. */
const sizes = {
  quick: { rounds: 2, tasks: 6000, samples: 20, until: 5, setups: ['prefork -c 2'] },
  long: {
    rounds: 3,
    tasks: 10_000,
    samples: 300,
    until: Number.POSITIVE_INFINITY,
    setups: ['prefork -c 2', 'three solo workers'],
  },
};

/** The arguments of Celery's worker processes. */
const celerySetups = {
  'prefork -c 2': [['-P', 'prefork', '-c', '2']],
  'three solo workers': Array(3).fill(['-P', 'solo']),
};

const kinds = { ignored: 'results ignored', stored: 'results stored' };

export async function run({ quick }) {
  const redis = celeryVersion && (await startRedis());
  if (!redis) {
    print('Left out: redis-server, or python3 with celery and redis, is not installed');
    return { ours: {}, peers: {}, ratios: {} };
  }
  const size = quick ? sizes.quick : sizes.long;
  const loadBefore = loadavg()[0];
  try {
    const rates = await measureRates(redis, size);
    const latencies = await measureLatencies(redis, size.samples);
    const tables = [ratesTable(rates), latencyTable(latencies)].join('\n\n');
    print(`\n${tables}\n`);
    const load = `load average ${loadBefore.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end`;
    const versions = [redis.version, celeryVersion, `Node ${process.versions.node}`].join('; ');
    const about = `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${load}; ${versions}; ${size.tasks} tasks a round.`;
    if (!quick) fillIn(path.join(import.meta.dirname, '../docs/benchmarks/celery.md'), 'results', `${about}\n\n${tables}`);
    return summarise(rates, latencies);
  } finally {
    await redis.stop();
  }
}

/** The rates of both sides by kind: `{ kind: { enqueued, ours: { setup }, celery: { setup } } }`. */
async function measureRates(redis, { rounds, tasks, until, setups }) {
  const none = (names) => Object.fromEntries(names.map((name) => [name, []]));
  const emptySide = () => ({ enqueued: [], ours: none(Object.keys(ourSetups)), celery: none(setups) });
  const rates = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, emptySide()]));
  for (let round = 0; round < rounds && !(round > 0 && performance.now() > until * 1000); round++) {
    for (const [kind, found] of Object.entries(rates)) {
      progress(`${kinds[kind]}: round ${round + 1} of ${rounds}`);
      const fill = async () => {
        const url = await redis.fresh();
        const results = kind === 'stored' ? url : undefined;
        found.enqueued.push(await enqueueWithCelery(url, tasks, results));
        return { url, tasks, results };
      };
      const turns = [
        ...Object.entries(found.ours).map(
          ([setup, rates]) =>
            async () =>
              rates.push(await processWithOurs(setup, await fill())),
        ),
        ...setups.map((name) => async () => {
          const work = { client: redis.client, workers: celerySetups[name], ...(await fill()) };
          found.celery[name].push(await processWithCelery(work));
        }),
      ];
      for (const turn of round % 2 ? turns.toReversed() : turns) await turn();
    }
  }
  return rates;
}

async function measureLatencies(redis, samples) {
  progress('latency');
  const url = await redis.fresh();
  const ours = startOurs('worker --celery', url);
  await ours.ready();
  const latencies = { ours: await celeryLatencies(url, samples, url) };
  await ours.stop();
  await redis.fresh();
  const celery = startCeleryWorkers(url, celerySetups['prefork -c 2'], url);
  latencies.celery = await celeryLatencies(url, samples, url);
  await celery.stop();
  return latencies;
}

function ratesTable(rates) {
  const found = Object.values(rates);
  const row = (name, of) => [name, ...found.map((side) => `${whole(best(of(side)))} (${whole(median(of(side)))})`)];
  const [own, theirs] = [Object.keys(ourSetups), Object.keys(found[0].celery)];
  return table(
    ['tasks a second: best (median)', ...Object.values(kinds)],
    [
      row('enqueued by one Celery client', ({ enqueued }) => enqueued),
      ...own.map((name) => row(`ours, ${name}`, ({ ours }) => ours[name])),
      ...theirs.map((name) => row(`${celeryVersion}, ${name}`, ({ celery }) => celery[name])),
      ...own.flatMap((mine) =>
        theirs.map((name) => [
          `${mine}, times as fast as ${name}`,
          ...found.map(({ ours, celery }) => best(ours[mine]) / best(celery[name])),
        ]),
      ),
    ],
  );
}

const whole = (value) => Math.round(value).toLocaleString('en-GB');

const latencyTable = ({ ours, celery }) =>
  table(
    ['delay() to get(), idle, ms', 'p50', 'p99'],
    [
      ['ours, worker --celery', quantile(ours, 0.5), quantile(ours, 0.99)],
      [`${celeryVersion}, prefork -c 2`, quantile(celery, 0.5), quantile(celery, 0.99)],
    ],
  );

const byName = (rates, of) => Object.fromEntries(Object.entries(rates).map(([name, found]) => [name, of(found)]));

function summarise(rates, latencies) {
  const each = (of) => Object.fromEntries(Object.entries(rates).map(([kind, found]) => [kind, of(found)]));
  const percentiles = (values) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99) });
  return {
    ours: { rates: each(({ ours }) => ours), latency: percentiles(latencies.ours) },
    peers: { rates: each(({ celery }) => celery), latency: percentiles(latencies.celery) },
    ratios: each(({ ours, celery }) => byName(ours, (own) => byName(celery, (theirs) => ratioOf(own, theirs)))),
  };
}
