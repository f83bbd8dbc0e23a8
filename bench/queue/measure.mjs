/** The measurements of the queue benchmark, each for one side on one empty broker. */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monotonic } from '../support/statistics.mjs';
import { enqueueInBulk, enqueueSingly, sides } from './sides.mjs';

const workerFile = fileURLToPath(new URL('./worker.mjs', import.meta.url));
const logFile = path.join(tmpdir(), `journeyman-bench-${process.pid}.log`);

/** Starts a worker process; its log goes to a file, as a service's does. */
function startWorker(task) {
  const log = openSync(logFile, 'w');
  const child = fork(workerFile, { stdio: ['ignore', 'ignore', log, 'ipc'] });
  closeSync(log);
  child.send(task);
  child.once('exit', (code) => code && child.emit('error', new Error(`The worker ended with ${code}; its log: ${logFile}`)));
  return child;
}

async function endWorker(child) {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
  rmSync(logFile, { force: true });
}

async function message(child, type) {
  for await (const [found] of on(child, 'message')) if (found.type === type) return found;
}

/**
 * Fills a queue, half of it call by call and half in bulk, then empties it with one worker. Rates are tasks a second.
 *
 * @param history Whether the worker keeps the history of its runs: in `historyServer`, else in the broker's own database.
 */
export async function measureRates({ side, broker, tasks, history, historyServer, options }) {
  const url = await broker.fresh();
  const historyUrl = history && ((await historyServer?.fresh()) ?? url);
  const producer = await sides[side].produce(url);
  const warmUp = 100;
  await enqueueSingly(producer, warmUp);
  const half = Math.floor((tasks - warmUp) / 2);
  const singly = await enqueueSingly(producer, half);
  const inBulk = await enqueueInBulk(producer, half);
  const { rate } = await empty({ side, url, tasks: warmUp + 2 * half, options: { ...options, historyUrl } });
  await producer.close();
  return { singly, inBulk, process: rate };
}

/** What a worker process takes in memory while it runs many tasks, in MB. */
export async function measureMemory({ side, broker, tasks, options }) {
  const url = await broker.fresh();
  const producer = await sides[side].produce(url);
  await enqueueInBulk(producer, tasks);
  await producer.close();
  return empty({ side, url, tasks, options });
}

/** Lets one worker process run all tasks of a queue; tells what it found. */
async function empty(work) {
  const worker = startWorker(work);
  const done = await message(worker, 'done');
  await endWorker(worker);
  return done;
}

/** The time from the call that enqueues a task to its start in an idle worker, in milliseconds, for each of `samples` calls. */
export async function measureLatency({ side, broker, samples, options }) {
  const url = await broker.fresh();
  const producer = await sides[side].produce(url);
  const worker = startWorker({ side, url, tasks: Number.MAX_SAFE_INTEGER, options, tellStarts: true });
  await message(worker, 'ready');
  const latencies = [];
  const warmUp = 20;
  for (let n = 0; n < warmUp + samples; n++) {
    await sleep(5);
    const start = message(worker, 'start');
    const called = monotonic();
    await producer.add(n);
    const { at } = await start;
    if (n >= warmUp) latencies.push(at - called);
  }
  await endWorker(worker);
  await producer.close();
  return latencies;
}
