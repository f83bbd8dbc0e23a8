/** The processes of a chaos test: a fixed number of them, of which any may be killed at any time. */
import { fork } from 'node:child_process';

/**
 * Keeps processes running. One that ends by itself before it is ready, as when a server is away, is started again.
 *
 * @param script What each of them runs; it is given a name of its own, and then its arguments.
 * @param processes The arguments of each.
 */
export function startProcesses(script, processes) {
  const running = new Set();
  const lines = [];
  const began = Date.now();
  const note = (name, text) => lines.push(`${((Date.now() - began) / 1000).toFixed(3)} ${name}: ${text}`);
  const problems = [];
  let started = 0;
  let killed = 0;
  let takenBack = 0;
  let stopped = false;

  const start = (args) => {
    const name = `chaos-${++started}`;
    const child = fork(script, [name, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const worker = { name, args, child, ready: false };
    running.add(worker);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    worker.isReady = new Promise((resolve) => {
      child.on('message', ({ ready, line }) => {
        if (ready) {
          worker.ready = true;
          resolve();
        }
        if (!line) return;
        if (line.includes('was taken back from a lost worker')) takenBack++;
        note(name, line);
      });
    });
    worker.ended = new Promise((resolve) => {
      child.once('close', () => {
        running.delete(worker);
        resolve();
        if (stopped || worker.killed) return;
        if (worker.ready) problems.push(`worker ${name} died by itself: ${errors}`);
        note(name, `ended by itself: ${errors}`);
        setTimeout(() => stopped || start(args), 300);
      });
    });
    return worker;
  };
  const kill = async (worker) => {
    worker.killed = true;
    worker.child.kill('SIGKILL');
    await worker.ended;
  };

  for (const args of processes) start(args);
  return {
    /** What the workers warned of. */
    lines,
    /** What should not have happened. */
    problems,
    figures: () => ({ workersStarted: started, workersKilled: killed, takenBack }),
    allReady: () => Promise.all([...running].map((worker) => worker.isReady)),
    /** Kills one and starts another in its place. */
    async killOne(random) {
      const ready = [...running].filter((worker) => worker.ready && !worker.killed);
      const victim = ready[Math.floor(random() * ready.length)];
      if (!victim) return;
      await kill(victim);
      killed++;
      note(victim.name, 'was killed');
      start(victim.args);
    },
    async stop() {
      stopped = true;
      await Promise.all([...running].map(kill));
    },
  };
}
