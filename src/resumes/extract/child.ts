/**
 * The child process that reads files: nothing of the worker's is in it, and it may be killed at any time.
 * It answers one request after another, and ends with its parent.
 */
import { Worker } from 'node:worker_threads';
import { type ErrorCode, JourneymanError } from '../../errors.js';
import { type Extraction, extractText } from './extract-text.js';

export type ExtractionAnswer =
  | { extraction: Extraction }
  | { failure: { code: ErrorCode; values: Record<string, string | number> } }
  | { fault: string };

async function answer(data: Buffer): Promise<ExtractionAnswer> {
  try {
    return { extraction: await extractText(data) };
  } catch (error) {
    if (error instanceof JourneymanError) return { failure: { code: error.code, values: error.values } };
    return { fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

// Ctrl-C in a terminal reaches the whole process group; the worker decides when its children end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
process.on('message', async (data: Uint8Array) => {
  process.send?.(await answer(Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
});

new Worker(new URL('./watchdog.js', import.meta.url), { workerData: { maxRssBytes: Number(process.argv[2]) } });
