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

// -B: no byte code beside the sources.
const python = (args, stdout = 'ignore') =>
  spawn(interpreter, ['-B', ...args], { cwd: import.meta.dirname, stdio: ['ignore', stdout, 'ignore'] });

/** Enqueues tasks from one process. Returns tasks a second. */
export async function enqueueWithCelery(url, tasks) {
  const child = python(['enqueue.py', url, String(tasks)], 'pipe');
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Celery’s producer ended with ${code}.`);
  return Number(printed);
}

/**
 * Lets Celery's workers empty the queue. Returns tasks a second: the slope between 5 % and 95 %, read from the queue's length.
 *
 * @param workers The arguments of each worker process.
 */
export async function processWithCelery({ client, url, tasks, workers }) {
  const children = workers.map((args, index) =>
    python(['-m', 'celery', '-A', 'bench_tasks', '-b', url, 'worker', '-n', `bench${index}@%h`, ...quietWorker, ...args]),
  );
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
    await Promise.all(children.map(end));
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
