/**
 * A thread beside the one that reads files. It still runs while that one spins, so it is what ends the process when its
 * memory grows too large or its parent is gone.
 */
import { workerData } from 'node:worker_threads';
import { memoryKillSignal } from './limits.js';

const intervalMs = 25;
const { maxRssBytes } = workerData as { maxRssBytes: number };
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (process.memoryUsage.rss() > maxRssBytes) process.kill(process.pid, memoryKillSignal);
}, intervalMs);
