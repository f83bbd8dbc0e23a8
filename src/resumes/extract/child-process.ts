import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { coded, JourneymanError } from '../../errors.js';
import type { ExtractionAnswer } from './child.js';
import type { Extraction } from './extract-text.js';
import { memoryKillSignal } from './limits.js';

export interface ExtractionChild {
  readonly pid: number | undefined;
  isAlive(): boolean;
  /** Reads one file at a time. Any fault but a coded failure of the file ends the child. */
  run(data: Buffer, options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<Extraction>;
  /** Kills the child; resolves when it is gone. */
  kill(): Promise<void>;
}

const childFile = fileURLToPath(new URL('./child.js', import.meta.url));
/** V8 ends the process itself when its heap goes over this many megabytes; it dies of SIGABRT then. */
const maxHeapMegabytes = 256;

/** Whether the child died of its own memory: of the watchdog's signal, or of V8's. Elsewhere V8 exits with 134. */
const diedOfMemory = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === memoryKillSignal || signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134;

/** Starts a child that reads files: no environment, no output, a limited heap, and a watchdog over its memory. */
export function startChild(maxRssBytes: number): ExtractionChild {
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
  // An idle child keeps nobody from ending; while it reads, the time limit's timer does.
  child.unref();
  child.channel?.unref();
  const isAlive = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = () => {
    child.ref();
    child.kill('SIGKILL');
    return gone;
  };

  const run: ExtractionChild['run'] = (data, { timeoutMs, signal }) =>
    new Promise<Extraction>((resolve, reject) => {
      const end = (settle: () => void) => {
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
              : new Error(`The extraction process ended unexpectedly (${signal ?? `exit code ${code}`}).`),
          ),
        );
      const onMessage = (answer: ExtractionAnswer) => {
        if ('extraction' in answer) return end(() => resolve(answer.extraction));
        if ('failure' in answer) return end(() => reject(new JourneymanError(answer.failure.code, answer.failure.values)));
        endAndKill(new Error(`The extraction process failed: ${answer.fault}`));
      };
      const timer = setTimeout(() => endAndKill(coded('RESUME_LIMIT_EXCEEDED', { limit: 'time' })), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      if (signal?.aborted) return onAbort();
      child.send(data, (error) => {
        if (error) onError(error);
      });
    });

  return { pid: child.pid, isAlive, run, kill };
}
