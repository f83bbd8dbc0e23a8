/**
 * The child process that reads and analyses resumes: nothing of the worker's is in it, and it may be killed at any time.
 * It says when it is ready, answers one request after another, and ends with its parent.
 */
import { Worker } from 'node:worker_threads';
import { type ErrorCode, JourneymanError } from '../../errors.js';
import { analyzeResume, createSkillMatcher, type FileFacts, type MatchableSkill, type SkillMatcher } from '../analyze/index.js';
import { extractText } from '../extract/extract-text.js';
import { recognizeText } from '../recognize/recognize-text.js';

interface AnalysisInput {
  text: string;
  file: FileFacts;
  /** The end of jobs that are held at present. */
  now: Date;
  /** The skills to find, in this analysis and in those that follow; undefined when they are those sent before. */
  skills: readonly MatchableSkill[] | undefined;
}

let matcher: SkillMatcher = createSkillMatcher([]);

const toBuffer = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** What a child can be asked to do. */
const duties = {
  extract: (data: Uint8Array) => extractText(toBuffer(data)),

  recognize: (data: Uint8Array) => recognizeText(toBuffer(data)),

  analyze: async ({ text, file, now, skills }: AnalysisInput) => {
    if (skills) matcher = createSkillMatcher(skills);
    return analyzeResume(text, matcher, now, file);
  },
};
export type Duties = typeof duties;

export type Request = { [Name in keyof Duties]: { duty: Name; input: Parameters<Duties[Name]>[0] } }[keyof Duties];

export type Answer =
  | { result: unknown }
  | { failure: { code: ErrorCode; values: Record<string, string | number> } }
  | { fault: string };

async function answer({ duty, input }: Request): Promise<Answer> {
  try {
    return { result: await (duties[duty] as (given: typeof input) => unknown)(input) };
  } catch (error) {
    if (error instanceof JourneymanError) return { failure: { code: error.code, values: error.values } };
    return { fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

// Ctrl-C in a terminal reaches the whole process group; the worker decides when its children end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
process.on('message', async (request: Request) => {
  process.send?.(await answer(request));
});

new Worker(new URL('./watchdog.js', import.meta.url), { workerData: { maxRssBytes: Number(process.argv[2]) } });
process.send?.('ready');
