import { type ChildProcess, fork } from 'node:child_process';
import { coded } from '../errors.js';
import type { RunEvent, TaskLogger } from '../taskkit/index.js';

/** When a worker process has done its share and another is to take its place. */
export interface ChildLimits {
  /** Runs of tasks. */
  maxTasksPerChild?: number | undefined;
  /** KiB of resident memory, looked at after each run. */
  maxMemoryPerChild?: number | undefined;
}

/** What a worker process sends to its parent when it has reached a limit. */
const retire = 'retire';

/**
 * For a worker process under a parent: ends it in order when its parent is gone. Throws COMMAND_FAILED when limits are given
 * and there is no parent that would start another. Returns what is to be told of all runs, so that the limits hold.
 */
export function superviseSelf({ maxTasksPerChild, maxMemoryPerChild }: ChildLimits): ((event: RunEvent) => void) | undefined {
  const limited = maxTasksPerChild !== undefined || maxMemoryPerChild !== undefined;
  if (!process.send) {
    if (!limited) return undefined;
    const reason =
      '--max-tasks-per-child and --max-memory-per-child need --processes, whose parent starts the next worker process';
    throw coded('COMMAND_FAILED', { reason });
  }
  process.once('disconnect', () => process.emit('SIGTERM'));
  // Whoever waits for the parent's end would never end itself.
  process.channel?.unref();
  if (!limited) return undefined;
  let runs = 0;
  let asked = false;
  return ({ type }) => {
    if (type === 'started' || asked) return;
    runs++;
    const isDue = runs >= (maxTasksPerChild ?? Number.POSITIVE_INFINITY) || isOver(maxMemoryPerChild);
    if (!isDue) return;
    asked = true;
    process.send?.(retire);
  };
}

const isOver = (limitKiB: number | undefined) => limitKiB !== undefined && process.memoryUsage.rss() > limitKiB * 1024;

/** Waits before a process that died is started again, in milliseconds; doubled each time it has not lived for `provenAfter`. */
const firstWait = 500;
const longestWait = 30_000;
const provenAfter = 10_000;

export interface Fleet {
  /** Tells every process to stop: warmly the first time, cold the second. Resolves when all have ended. */
  stop(): Promise<void>;
}

/**
 * Keeps worker processes running, called `NAME-1` and so on. One that dies is started again, after a growing wait if it keeps
 * dying; one that has reached its limits is told to stop and replaced; one that was shut down by command stays down, and
 * with the last of them this process is told to stop too.
 *
 * @param argumentsFor The command line of the process with this name.
 */
export function startFleet(name: string, count: number, argumentsFor: (name: string) => string[], log: TaskLogger): Fleet {
  const children = new Set<ChildProcess>();
  /** Those that were told to stop already: a second signal would make it a cold stop. */
  const told = new WeakSet<ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();
  let stops = 0;
  let onEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    onEnded = resolve;
  });

  const tell = (child: ChildProcess) => {
    told.add(child);
    child.kill('SIGTERM');
  };
  const later = (milliseconds: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, milliseconds);
    timers.add(timer);
  };
  const start = (childName: string, failures: number) => {
    const startedAt = Date.now();
    // In a group of its own: the terminal's Ctrl-C reaches the parent alone, which passes it on once.
    const child = fork(process.argv[1]!, argumentsFor(childName), { detached: true, stdio: 'inherit' });
    children.add(child);
    child.on('message', (message) => {
      if (message !== retire || told.has(child)) return;
      log.info({ pid: child.pid }, `${childName} has reached its limit: another process takes its place`);
      tell(child);
    });
    child.once('error', (error) => log.error({ err: error }, `${childName} could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      children.delete(child);
      if (stops === 0 && code === 0 && told.has(child)) start(childName, 0);
      if (stops === 0 && code !== 0) {
        const fails = Date.now() - startedAt < provenAfter ? failures + 1 : 1;
        const wait = Math.min(longestWait, firstWait * 2 ** (fails - 1));
        log.error(
          { pid: child.pid },
          `${childName} died (${signal ?? `exit code ${code}`}) and is started again in ${wait / 1000} s`,
        );
        later(wait, () => start(childName, fails));
      }
      if (children.size + timers.size > 0) return;
      onEnded();
      if (stops === 0) process.emit('SIGTERM');
    });
  };

  for (let number = 1; number <= count; number++) start(`${name}-${number}`, 0);
  return {
    async stop() {
      stops++;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const child of children) if (stops > 1 || !told.has(child)) tell(child);
      if (children.size === 0) onEnded();
      await ended;
    },
  };
}
