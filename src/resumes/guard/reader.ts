import { JourneymanError } from '../../errors.js';
import type { FileFacts, ResumeFindings } from '../analyze/index.js';
import type { Extraction } from '../extract/extract-text.js';
import type { KnownSkills } from '../known-skills.js';
import { type GuardedChild, startChild } from './child-process.js';

/**
 * Does with strangers' files and texts what may take any time and memory. Its functions reject with a permanent RESUME_ error when
 * that can't be done within the limits, with the signal's reason when it is aborted, and with a temporary error when the child
 * process was lost.
 */
export interface ResumeReader {
  /** Reads a file's type and text; of a PDF without any, the text in its pictures, if the packages for that are installed. */
  extract(data: Buffer, signal?: AbortSignal): Promise<Extraction>;
  /** Reads what a text says. `now` is the end of jobs that are held at present. */
  analyze(
    input: { text: string; file: FileFacts; now: Date },
    knownSkills: KnownSkills,
    signal?: AbortSignal,
  ): Promise<ResumeFindings>;
  /** Ends the children; what they are doing fails. No other call may follow. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Memory a child may take, in bytes, before it is killed. Default 512 MB. */
  maxRssBytes?: number;
  /** Milliseconds that reading a file, and analysing its text, may take each before the child is killed. Default 10 s. */
  timeoutMs?: number;
  /** How many files or texts are worked on at once; the rest wait. Default 2. */
  children?: number;
}

interface Slot {
  child: GuardedChild;
  runs: number;
  /** The version of the skills that the child was sent last. */
  skillsVersion: string | undefined;
}

/** Milliseconds that recognising the text in pictures may take. */
const recognitionTimeoutMs = 60_000;
/** A child is replaced after this many runs, two for each file, so that what a parser leaks does not add up. */
const maxRunsPerChild = 400;

/** Reads and analyses resumes in child processes, which start with the first file and are kept warm for the next. */
export function createReader({
  maxRssBytes = 512 * 1024 * 1024,
  timeoutMs = 10_000,
  children = 2,
}: ReaderOptions = {}): ResumeReader {
  const all = new Set<GuardedChild>();
  const idle: Slot[] = [];
  const waiting: (() => void)[] = [];
  let free = children;
  let closed = false;

  const acquire = async () => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
  };
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const start = (): Slot => {
    const child = startChild(maxRssBytes);
    all.add(child);
    return { child, runs: 0, skillsVersion: undefined };
  };
  const takeIdle = () => {
    const slot = idle.pop();
    if (!slot || slot.child.isAlive()) return slot;
    all.delete(slot.child);
    return takeIdle();
  };
  const end = async (child: GuardedChild) => {
    all.delete(child);
    await child.kill();
  };

  /** Waits for a child that has nothing to do, and hands it out for one run. */
  async function withChild<Result>(signal: AbortSignal | undefined, run: (slot: Slot) => Promise<Result>): Promise<Result> {
    await acquire();
    try {
      signal?.throwIfAborted();
      if (closed) throw new Error('The reader is closed.');
      const slot = takeIdle() ?? start();
      let reusable = false;
      try {
        const result = await run(slot);
        reusable = true;
        return result;
      } catch (error) {
        reusable = error instanceof JourneymanError && error.code !== 'RESUME_LIMIT_EXCEEDED';
        throw error;
      } finally {
        slot.runs++;
        if (reusable && slot.runs < maxRunsPerChild && !closed) idle.push(slot);
        else await end(slot.child);
      }
    } finally {
      release();
    }
  }

  return {
    async extract(data, signal) {
      try {
        return await withChild(signal, ({ child }) => child.run('extract', data, { timeoutMs, signal }));
      } catch (error) {
        if (!(error instanceof JourneymanError && error.code === 'RESUME_NO_TEXT')) throw error;
        return await withChild(signal, ({ child }) => child.run('recognize', data, { timeoutMs: recognitionTimeoutMs, signal }));
      }
    },

    analyze: (input, { skills, version }, signal) =>
      withChild(signal, (slot) => {
        const isKnown = slot.skillsVersion === version;
        slot.skillsVersion = version;
        return slot.child.run('analyze', { ...input, skills: isKnown ? undefined : skills }, { timeoutMs, signal });
      }),

    async close() {
      closed = true;
      await Promise.all([...all].map(end));
    },
  };
}
