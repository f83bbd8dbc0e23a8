import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { randomFrom } from '../chaos-plan.mjs';
import { startProcesses } from '../chaos-workers.mjs';
import { startRedis } from '../redis.mjs';
import { type PythonClient, startClient, startPythonWorker } from './python.js';

const script = fileURLToPath(new URL('chaos-process.mjs', import.meta.url));

/** Whether the long form is asked for. */
export const isLong = process.env.CHAOS_LONG !== undefined;

/** What a Python program called, and what must become of it. The result of a task that fails is null. */
interface Call {
  key: string;
  ids: string[];
  results: (number | null)[];
  effects: string[];
}

interface Chaos {
  /** Of everything that is random. */
  seed: number;
  calls: number;
  /** How long the calls are made and processes are killed. */
  seconds: number;
  /** Seconds between two kills. */
  killEvery: number;
}

/** Seconds without any news, after the chaos, that count as a hang: a dead bridge is missed after 25 s. */
const patience = 60;

/**
 * A Python program makes calls while two bridges and three workers are killed at random. Waits until all has ended, and holds
 * what became of it against what must have.
 *
 * @returns Figures, and the problems found: none, if all is well.
 */
export async function runCeleryChaos({ seed, calls: count, seconds, killEvery }: Chaos) {
  const [celeryRedis, ownRedis] = [await startRedis(), await startRedis()];
  const resultUrl = celeryRedis.url.replace(/\/0$/, '/1');
  const settings = { broker_url: celeryRedis.url, result_backend: resultUrl };
  const python = await startClient(settings);
  const pythonWorker = await startPythonWorker(settings, ['python'], ['-I', 'chaos_calls']);
  const processOf = (role: string) => [role, ownRedis.url, celeryRedis.url, resultUrl];
  const processes = startProcesses(script, ['bridge', 'bridge', 'worker', 'worker', 'worker'].map(processOf));
  const results = new Redis(resultUrl);
  const broker = new Redis(celeryRedis.url);
  try {
    await processes.allReady();
    await python.run('import chaos_calls');
    const began = Date.now();
    const [calls] = await Promise.all([
      makeCalls(python, { seed, count, seconds }),
      killAtRandom(processes, { random: randomFrom(seed), seconds, killEvery }),
    ]);
    const ended = Date.now();
    const outcome = await settled(python, results, calls);
    const left = await until0(async () => (await broker.hlen('unacked')) + (await broker.zcard('unacked_index')));
    const effects = effectsOf(calls, await results.lrange('runs', 0, -1), outcome.lost);
    const leftOver = left === 0 ? [] : [`${left} entries are left in unacked`];
    return {
      problems: [...processes.problems, ...outcome.problems, ...effects.problems, ...leftOver],
      lines: processes.lines,
      figures: {
        seed,
        calls: calls.length,
        messages: calls.reduce((sum, { effects: { length }, results: [first] }) => sum + length + (first === null ? 1 : 0), 0),
        ...processes.figures(),
        lostTooOften: outcome.lost.size,
        doubledRuns: effects.doubledRuns,
        seconds: { chaos: Math.round((ended - began) / 1000), settle: Math.round((Date.now() - ended) / 1000) },
      },
    };
  } finally {
    await processes.stop();
    await python.close();
    await pythonWorker.stop();
    results.disconnect();
    broker.disconnect();
    await celeryRedis.stop();
    await ownRedis.stop();
  }
}

async function makeCalls(
  python: PythonClient,
  { seed, count, seconds }: { seed: number; count: number; seconds: number },
): Promise<Call[]> {
  const slice = Math.max(1, Math.ceil(count / (4 * seconds)));
  const calls: Call[] = [];
  const began = Date.now();
  for (let first = 0; first < count; first += slice) {
    await sleep(Math.max(0, began + (first / count) * seconds * 1000 - Date.now()));
    const size = Math.min(slice, count - first);
    calls.push(...((await python.run('chaos_calls.enqueue(seed, first, size)', { seed, first, size })) as Call[]));
  }
  return calls;
}

async function killAtRandom(
  processes: ReturnType<typeof startProcesses>,
  { random, seconds, killEvery }: { random: () => number; seconds: number; killEvery: number },
): Promise<void> {
  const began = Date.now();
  while (Date.now() - began < seconds * 1000) {
    await sleep(killEvery * 1000 * (0.5 + random()));
    await processes.killOne(random);
  }
}

/** Waits until every call has ended and its effects are there. Finds what ended otherwise than planned, or not at all. */
async function settled(python: PythonClient, results: Redis, calls: Call[]) {
  const problems: string[] = [];
  /** The keys of calls with a task whose workers were killed three times, which is put aside. */
  const lost = new Set<string>();
  let open = calls;
  for (let movedAt = Date.now(); open.length > 0 && Date.now() - movedAt < patience * 1000; await sleep(200)) {
    const ids = open.flatMap((call) => call.ids);
    const outcomes = (await python.run('chaos_calls.outcomes(ids)', { ids })) as [string, unknown][];
    const byId = new Map(ids.map((id, index) => [id, outcomes[index]!]));
    const happened = new Set((await results.lrange('runs', 0, -1)).map((run) => (JSON.parse(run) as [string])[0]));
    const pending = open.filter((call) => {
      const found = call.ids.map((id) => byId.get(id)!);
      if (found.some(([status]) => !['SUCCESS', 'FAILURE'].includes(status))) return true;
      if (found.some(([, result]) => result === 'WorkerLostError' || result === 'ChordError')) lost.add(call.key);
      else if (!call.effects.every((effect) => happened.has(effect))) return true;
      else if (!found.every(([status, result], index) => isPlanned(status, result, call.results[index])))
        problems.push(`${call.key} ended as ${JSON.stringify(found)}`);
      return false;
    });
    if (pending.length < open.length) movedAt = Date.now();
    open = pending;
  }
  for (const { key, ids } of open) problems.push(`${key} has not ended: ${ids.join(', ')}`);
  return { problems, lost };
}

const isPlanned = (status: string, result: unknown, planned: number | null | undefined) =>
  planned === null ? status === 'FAILURE' && result === 'ValueError' : status === 'SUCCESS' && result === planned;

/** Each effect must have happened, for one task alone. A run beyond its first is one whose worker was killed over it. */
function effectsOf(calls: Call[], runs: string[], lost: Set<string>) {
  const tasks = new Map<string, string[]>();
  for (const run of runs) {
    const [key, id] = JSON.parse(run) as [string, string];
    tasks.set(key, [...(tasks.get(key) ?? []), id]);
  }
  const planned = new Set(calls.flatMap(({ effects }) => effects));
  const problems: string[] = [];
  for (const [key, ids] of tasks) {
    if (new Set(ids).size > 1) problems.push(`${key} had two tasks: ${ids.join(', ')}`);
    if (!planned.has(key) && ![...lost].some((each) => key.startsWith('errback/') || key.startsWith(each)))
      problems.push(`${key} happened, which nobody planned`);
  }
  const doubledRuns = [...tasks.values()].reduce((sum, ids) => sum + ids.length - 1, 0);
  return { problems, doubledRuns };
}

/** Asks until the answer is 0, for some seconds; returns the last one. */
async function until0(count: () => Promise<number>): Promise<number> {
  const began = Date.now();
  for (;;) {
    const found = await count();
    if (found === 0 || Date.now() - began > 30_000) return found;
    await sleep(100);
  }
}
