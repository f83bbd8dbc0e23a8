import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { coded, JourneymanError } from '../../errors.js';
import type { Answer, Duties, Request } from './child.js';
import { memoryKillSignal } from './limits.js';

type Input<Name extends keyof Duties> = Parameters<Duties[Name]>[0];
type Result<Name extends keyof Duties> = Awaited<ReturnType<Duties[Name]>>;

interface RunLimits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface GuardedChild {
  readonly pid: number | undefined;
  isAlive(): boolean;
  /** Does one thing at a time. Any fault but a coded failure of the file ends the child. */
  run<Name extends keyof Duties>(duty: Name, input: Input<Name>, limits: RunLimits): Promise<Result<Name>>;
  /** Kills the child; resolves when it is gone. */
  kill(): Promise<void>;
}

const childFile = fileURLToPath(new URL('./child.js', import.meta.url));
/** V8 ends the process itself when its heap goes over this many megabytes; it dies of SIGABRT then. */
const maxHeapMegabytes = 256;

/** Whether the child died of its own memory: of the watchdog's signal, or of V8's. Elsewhere V8 exits with 134. */
const diedOfMemory = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === memoryKillSignal || signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134;

/** Starts a child that reads and analyses resumes: no environment, no output, a limited heap, and a watchdog over its memory. */
export function startChild(maxRssBytes: number): GuardedChild {
  const child: ChildProcess = fork(childFile, [String(maxRssBytes)], {
    env: {},
    execArgv: [`--max-old-space-size=${maxHeapMegabytes}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // A child that could not be started never exits.
    child.on('error', () => child.pid === undefined && resolve());
  });
  // A machine that is slow to start a process is no fault of the file, whose time begins when the child is there.
  const ready = new Promise<void>((resolve) => {
    child.once('message', () => {
      // An idle child keeps nobody from ending; while it works, the time limit's timer does.
      child.unref();
      child.channel?.unref();
      resolve();
    });
  });
  const isAlive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = () => {
    child.ref();
    child.kill('SIGKILL');
    return gone;
  };

  const run = <Name extends keyof Duties>(duty: Name, input: Input<Name>, { timeoutMs, signal }: RunLimits) =>
    new Promise<Result<Name>>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const end = (settle: () => void) => {
        isOver = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        settle();
      };
      const endAndKill = (error: unknown) => end(() => void kill().then(() => reject(error)));
      const onAbort = () => endAndKill(signal?.reason);
      const onError = (error: Error) => endAndKill(error);
      const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
        end(() =>
          reject(
            diedOfMemory(code, signal)
              ? coded('RESUME_LIMIT_EXCEEDED', { limit: 'memory' })
              : new Error(`The reading process ended unexpectedly (${signal ?? `exit code ${code}`}).`),
          ),
        );
      const onMessage = (answer: Answer) => {
        if ('result' in answer) return end(() => resolve(answer.result as Result<Name>));
        if ('failure' in answer) return end(() => reject(new JourneymanError(answer.failure.code, answer.failure.values)));
        endAndKill(new Error(`The reading process failed: ${answer.fault}`));
      };
      const begin = () => {
        if (isOver) return;
        timer = setTimeout(() => endAndKill(coded('RESUME_LIMIT_EXCEEDED', { limit: 'time' })), timeoutMs);
        child.on('message', onMessage);
        child.send({ duty, input } as Request, (error) => {
          if (error) onError(error);
        });
      };
      signal?.addEventListener('abort', onAbort);
      child.on('exit', onExit).on('error', onError);
      if (signal?.aborted) onAbort();
      else void ready.then(begin);
    });

  return { pid: child.pid, isAlive, run, kill };
}
