/**
 * Chains, groups, chords and single tasks while workers are killed and servers restarted: whether each effect happens exactly
 * once, what runs twice, and how long it takes until all is done. The same as the test, with more tasks.
 */
import path from 'node:path';
import { chaosSeed, runChaos } from '../test/support/chaos-run.mjs';
import { versionOf } from './support/brokers.mjs';
import { fillIn, print, progress, table } from './support/report.mjs';

/** Tasks are per broker. */
const sizes = {
  quick: { tasks: 1000, seconds: 5, longestMs: 100, killEvery: 0.8 },
  long: { tasks: 100_000, seconds: 600, longestMs: 50, killEvery: 5 },
};

export async function run({ quick }) {
  const seed = chaosSeed();
  const ours = {};
  const kinds = versionOf('redis-server', ['--version']) ? ['postgres', 'redis'] : ['postgres'];
  for (const kind of kinds) {
    const size = quick ? sizes.quick : sizes.long;
    progress(`${kind}: ${size.tasks} tasks, ${size.seconds} s of chaos, seed ${seed}`);
    const { figures, problems } = await runChaos({ kind, seed, ...size });
    for (const problem of problems) print(`PROBLEM on ${kind}: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
    ours[kind] = { ...figures, problems: problems.length };
  }
  const figures = figuresTable(ours);
  print(`\n${figures}`);
  if (!kinds.includes('redis')) print('\nLeft out: the Redis broker: redis-server is not installed');
  print();
  if (!quick) fillIn(path.join(import.meta.dirname, '../docs/benchmarks/chaos.md'), 'figures', figures);
  return { ours, peers: {}, ratios: {} };
}

const rows = {
  'tasks in all': ({ tasks }) => tasks,
  'calls (single tasks, chains, groups, chords …)': ({ units }) => units,
  'of them in a transaction that was taken back': ({ rolledBack }) => rolledBack,
  'workers killed': ({ workersKilled }) => workersKilled,
  'restarts of PostgreSQL': ({ postgresRestarts }) => postgresRestarts,
  'restarts of Redis': ({ redisRestarts }) => redisRestarts,
  'calls that had to be made again': ({ enqueueRetries }) => enqueueRetries,
  'tasks taken back from a lost worker': ({ takenBack }) => takenBack,
  runs: ({ runs }) => runs,
  'of them doubled': ({ doubledRuns }) => doubledRuns,
  'put aside after three lost workers': ({ poisoned }) => poisoned,
  'effects, each exactly once': ({ effects }) => effects,
  'lost, doubled, stuck or wrong': ({ problems }) => problems,
  'seconds of chaos': ({ seconds }) => seconds.chaos,
  'seconds until all was done after it': ({ seconds }) => seconds.settle,
};

const figuresTable = (ours) =>
  table(
    ['', ...Object.keys(ours)],
    Object.entries(rows).map(([name, of]) => [name, ...Object.values(ours).map(of)]),
  );
