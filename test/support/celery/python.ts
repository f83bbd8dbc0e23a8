import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

const hasCelery = (interpreter: string): boolean => {
  try {
    execFileSync(interpreter, ['-c', 'import celery, redis'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** The interpreter that has Celery: the one in use, or the system's own. */
const interpreter = ['python3', '/usr/bin/python3'].find(hasCelery);

export const celeryInstalled = interpreter !== undefined;
if (!celeryInstalled)
  process.stderr.write('Celery is not installed: its tests are left out. Install it with "apt-get install python3-celery".\n');

/** Celery's settings, by its own names. */
export type CelerySettings = Record<string, unknown>;

function startIn(cwd: string, args: string[], settings: Record<string, string>): ChildProcess {
  const env = { ...process.env, PYTHONWARNINGS: 'ignore', ...settings };
  // -B: no byte code beside the sources.
  return spawn(interpreter!, ['-B', ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
}

const start = (args: string[], settings: CelerySettings): ChildProcess =>
  startIn(folder, args, { PYTHONPATH: folder, CELERY_TEST_SETTINGS: JSON.stringify(settings) });

export interface PythonError {
  type: string;
  module: string;
  args: unknown[];
}

export interface PythonClient {
  /** Runs lines of Python. Gives the value of the last one; throws a PythonFailure with the exception. */
  run(code: string, variables?: Record<string, unknown>): Promise<unknown>;
  close(): Promise<void>;
}

export class PythonFailure extends Error {
  constructor(readonly exception: PythonError) {
    super(`${exception.module}.${exception.type}${JSON.stringify(exception.args)}`);
  }
}

/** A Python process that has Celery's client and the tasks of `celery_app.py`. */
export async function startClient(settings: CelerySettings): Promise<PythonClient> {
  const child = start(['client.py'], settings);
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`The Python client ended: ${errors}`);
    return JSON.parse(value) as { value?: unknown; error?: PythonError };
  };
  await next();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(code, variables = {}) {
      const answer = last.then(async () => {
        child.stdin!.write(`${JSON.stringify({ code, variables })}\n`);
        const { value, error } = await next();
        if (error) throw new PythonFailure(error);
        return value;
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    async close() {
      child.stdin!.end();
      await ended;
    },
  };
}

/** Runs the command `celery`. Gives what it printed and its exit code. */
export async function runCelery(settings: CelerySettings, args: string[]): Promise<{ output: string; code: number | null }> {
  const child = start(['-m', 'celery', '-A', 'celery_app', ...args], settings);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, code };
}

/** Starts `celery events --dump`. */
export function startDump(settings: CelerySettings): { output(): string; stop(): Promise<void> } {
  const child = start(['-u', '-m', 'celery', '-A', 'celery_app', 'events', '--dump'], settings);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => output,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export interface PythonWorker {
  child: ChildProcess;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const quiet = ['--without-gossip', '--without-mingle', '--without-heartbeat'];

/** The arguments of one of Celery's own workers. */
const workerOf = (app: string, queues: string[]) => [
  ...['-m', 'celery', '-A', app, 'worker', '-P', 'solo', '-l', 'INFO', '-Q', queues.join(',')],
  ...quiet,
];

/** Starts one of Celery's own workers, and waits until it is ready. */
export const startPythonWorker = (settings: CelerySettings, queues: string[], args: string[] = []): Promise<PythonWorker> =>
  ready(start([...workerOf('celery_app', queues), ...args], settings));

const example = fileURLToPath(new URL('../../../examples/celery', import.meta.url));

/** The worker of the example, for the tasks that live in Python there. */
export const startExampleWorker = (env: Record<string, string>): Promise<PythonWorker> =>
  ready(startIn(example, workerOf('tasks', ['python']), env));

/** Runs the example's views to their end. */
export async function runExampleViews(
  ids: Record<string, number>,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = startIn(example, ['views.py', JSON.stringify(ids)], env);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

async function ready(child: ChildProcess): Promise<PythonWorker> {
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const read = (text: string) => {
      output += text;
      if (/ ready\./.test(output)) resolve();
    };
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', read);
    ended.then(() => reject(new Error(`Celery's worker ended: ${output}`)));
  });
  return {
    child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const cold = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(cold);
    },
  };
}
