/** Our bridge and our worker, each a process, on Celery's Redis. */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./process.mjs', import.meta.url));

/** How many empty tasks the worker has under way at once. */
const concurrency = 100;

/** Starts both, bridge first. `done()` resolves with the rate once all tasks have ended and Celery has been told. */
export function startOurs(url, tasks = Number.MAX_SAFE_INTEGER) {
  const children = ['bridge', 'worker'].map((role) => {
    const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.send({ role, url, tasks, concurrency });
    return child;
  });
  return {
    ready: () => Promise.all(children.map((child) => message(child, 'ready'))),
    done: async () => (await message(children[1], 'done')).rate,
    stop: () => Promise.all(children.map(end)),
  };
}

/** Lets them empty Celery's queue. Returns tasks a second: the slope between 5 % and 95 % of the tasks that have ended. */
export async function processWithOurs({ url, tasks }) {
  const ours = startOurs(url, tasks);
  try {
    return await ours.done();
  } finally {
    await ours.stop();
  }
}

async function message(child, type) {
  for await (const [found] of on(child, 'message', { close: ['exit'] })) if (found.type === type) return found;
  throw new Error(`A process of the bridge's ended before it was ${type}.`);
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
