/** Celery as a peer, on the same Redis: the interpreter and the module that the system has installed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { versionOf } from '../support/brokers.mjs';
import { monotonic } from '../support/statistics.mjs';

const queueKey = 'celery';
const quietWorker = ['--loglevel', 'ERROR', '--without-gossip', '--without-mingle', '--without-heartbeat'];

const askVersion = ['-c', 'import celery, redis; print("Celery " + celery.__version__)'];

/** The interpreter that has Celery: the one in use, or the system's own. */
const interpreter = ['python3', '/usr/bin/python3'].find((candidate) => versionOf(candidate, askVersion));

/** Celery's version, or undefined where it is not installed. */
export const celeryVersion = interpreter && versionOf(interpreter, askVersion);

/** @param results Where results are stored; undefined: nowhere. */
function python(args, { stdout = 'ignore', results } = {}) {
  const settings = results ? [`BENCH_RESULTS=${results}`] : [];
  // -B: no byte code beside the sources.
  return spawn('env', [...settings, interpreter, '-B', ...args], {
    cwd: import.meta.dirname,
    stdio: ['ignore', stdout, 'ignore'],
  });
}

/** Runs a program to its end. Returns what it printed, which is JSON. */
async function answerOf(args, results) {
  const child = python(args, { stdout: 'pipe', results });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Celery’s ${args[0]} ended with ${code}.`);
  return JSON.parse(printed);
}

/**
 * Enqueues tasks from one process. Returns tasks a second.
 *
 * @param results Where their results are to be stored; undefined: nowhere.
 */
export const enqueueWithCelery = (url, tasks, results) => answerOf(['enqueue.py', url, String(tasks)], results);

/** The time from a call to its result in the caller's hands, in milliseconds, for each of `samples` calls one after another. */
export const celeryLatencies = (url, samples, results) => answerOf(['latency.py', url, String(samples)], results);

/** Starts worker processes, each with these arguments. Returns them and what ends them. */
export function startCeleryWorkers(url, workers, results) {
  const children = workers.map((args, index) =>
    python(['-m', 'celery', '-A', 'bench_tasks', '-b', url, 'worker', '-n', `bench${index}@%h`, ...quietWorker, ...args], {
      results,
    }),
  );
  return { children, stop: () => Promise.all(children.map(end)) };
}

/**
 * Lets Celery's workers empty the queue. Returns tasks a second: the slope between 5 % and 95 %, read from the queue's length.
 *
 * @param workers The arguments of each worker process.
 * @param results Where they store results; undefined: nowhere.
 */
export async function processWithCelery({ client, url, tasks, workers, results }) {
  const { children, stop } = startCeleryWorkers(url, workers, results);
  try {
    const [high, low] = [tasks * 0.95, tasks * 0.05];
    let from;
    for (;;) {
      const left = await client.llen(queueKey);
      const at = monotonic();
      if (!from && left <= high) from = { at, left };
      if (from && left <= low) return (from.left - left) / ((at - from.at) / 1000);
      if (children.every((child) => child.exitCode !== null))
        throw new Error('Celery’s workers ended before the queue was empty.');
      await sleep(5);
    }
  } finally {
    await stop();
  }
}

async function end(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  // A second signal is Celery's cold shutdown.
  child.kill('SIGTERM');
  const cold = setTimeout(() => child.kill('SIGQUIT'), 3000);
  await exited;
  clearTimeout(cold);
}
