import { JourneymanError } from '../../errors.js';
import { type ExtractionChild, startChild } from './child-process.js';
import type { Extraction } from './extract-text.js';

export interface Extractor {
  /**
   * Reads a resume's type and text. Rejects with a permanent RESUME_ error for a file that can't be read within the limits,
   * with the signal's reason when it is aborted, and with a temporary error when the child process was lost.
   */
  extract(data: Buffer, signal?: AbortSignal): Promise<Extraction>;
  /** Ends the children; a file that is being read fails. No call of `extract` may follow. */
  close(): Promise<void>;
}

export interface ExtractorOptions {
  /** Memory a child may take, in bytes, before it is killed. Default 512 MB. */
  maxRssBytes?: number;
  /** Milliseconds a file may take before its child is killed. Default 10 s. */
  timeoutMs?: number;
  /** How many files are read at once; the rest wait. Default 2. */
  children?: number;
}

/** A child is replaced after this many files, so that what a parser leaks does not add up. */
const maxFilesPerChild = 200;

/** Reads files in child processes, which start with the first file and are kept warm for the next. */
export function createExtractor({
  maxRssBytes = 512 * 1024 * 1024,
  timeoutMs = 10_000,
  children = 2,
}: ExtractorOptions = {}): Extractor {
  const all = new Set<ExtractionChild>();
  const idle: { child: ExtractionChild; files: number }[] = [];
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
  const start = () => {
    const child = startChild(maxRssBytes);
    all.add(child);
    return { child, files: 0 };
  };
  const takeIdle = () => {
    const slot = idle.pop();
    if (!slot || slot.child.isAlive()) return slot;
    all.delete(slot.child);
    return takeIdle();
  };
  const end = async (child: ExtractionChild) => {
    all.delete(child);
    await child.kill();
  };

  return {
    async extract(data, signal) {
      await acquire();
      try {
        signal?.throwIfAborted();
        if (closed) throw new Error('The extractor is closed.');
        const slot = takeIdle() ?? start();
        let reusable = false;
        try {
          const extraction = await slot.child.run(data, { timeoutMs, signal });
          reusable = true;
          return extraction;
        } catch (error) {
          reusable = error instanceof JourneymanError && error.code !== 'RESUME_LIMIT_EXCEEDED';
          throw error;
        } finally {
          slot.files++;
          if (reusable && slot.files < maxFilesPerChild && !closed) idle.push(slot);
          else await end(slot.child);
        }
      } finally {
        release();
      }
    },

    async close() {
      closed = true;
      await Promise.all([...all].map(end));
    },
  };
}
