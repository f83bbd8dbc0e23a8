/** Our bridge and our worker on Celery's Redis. */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./process.mjs', import.meta.url));

/** How many empty tasks the worker has under way at once. */
const concurrency = 100;

/** The processes of each way to run them, by what a process does. The last one has the worker. */
export const ourSetups = {
  'worker --celery': [['bridge', 'worker']],
  'bridge and worker': [['bridge'], ['worker']],
};

/** Starts the processes of a setup. `done()` resolves with the rate once all tasks have ended and Celery has been told. */
export function startOurs(setup, url, tasks = Number.MAX_SAFE_INTEGER) {
  const children = ourSetups[setup].map((roles) => {
    const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.send({ roles, url, tasks, concurrency });
    return child;
  });
  return {
    ready: () => Promise.all(children.map((child) => message(child, 'ready'))),
    done: async () => (await message(children.at(-1), 'done')).rate,
    stop: () => Promise.all(children.map(end)),
  };
}

/** Lets them empty Celery's queue. Returns tasks a second: the slope between 5 % and 95 % of the tasks that have ended. */
export async function processWithOurs(setup, { url, tasks }) {
  const ours = startOurs(setup, url, tasks);
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
