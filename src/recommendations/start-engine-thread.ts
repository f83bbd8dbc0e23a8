import { Worker } from 'node:worker_threads';
import type { Limits, Snapshot, UserFacts } from './engine/index.js';
import type { ComputedLists, EngineAnswer, EngineRequest } from './engine-thread.js';

export interface EngineThread {
  /** Has recommendations made of this from now on. The snapshot's columns move to the thread: it cannot be used here any more. */
  load(snapshot: Snapshot): Promise<void>;
  /** To be called once something is loaded. */
  compute(users: UserFacts[], limits: Limits, now: Date): Promise<ComputedLists>;
  /** Ends the thread; what it is asked for fails. */
  end(): Promise<void>;
}

type Question = EngineRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/** Starts a thread that computes recommendations. `onEnd` is called when it has ended, however that came. */
export function startEngineThread(onEnd: () => void): EngineThread {
  const thread = new Worker(new URL('./engine-thread.js', import.meta.url), { env: {} });
  const waiting = new Map<number, { resolve(lists: ComputedLists | undefined): void; reject(error: Error): void }>();
  let asked = 0;
  let fault: Error | undefined;
  let end: Error | undefined;

  thread.on('message', (answer: EngineAnswer) => {
    const { resolve, reject } = waiting.get(answer.id)!;
    waiting.delete(answer.id);
    if ('fault' in answer) reject(new Error(`The recommendations could not be computed: ${answer.fault}`));
    else resolve(answer.lists);
  });
  thread.on('error', (error) => {
    fault = error as Error;
  });
  thread.on('exit', (code) => {
    end = new Error(`The thread that computes recommendations has ended (exit code ${code}).`, { cause: fault });
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
    onEnd();
  });
  // An idle thread keeps nobody from ending.
  thread.unref();

  const ask = (question: Question, transfer: ArrayBuffer[] = []) =>
    new Promise<ComputedLists | undefined>((resolve, reject) => {
      if (end) return reject(end);
      const id = ++asked;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, ...question }, transfer);
    });

  return {
    load: async (snapshot) => {
      await ask({ snapshot }, buffersOf(snapshot));
    },
    compute: async (users, limits, now) => (await ask({ users, limits, now }))!,
    end: async () => {
      await thread.terminate();
    },
  };
}

/** The memory of all columns of numbers. */
function buffersOf(value: object): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (Array.isArray(value)) return [];
  return Object.values(value).flatMap(buffersOf);
}
