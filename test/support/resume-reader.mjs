/**
 * A process that reads and analyses resumes as a worker does: for each path it is sent it answers `reads`, or the code of the
 * permanent error that the file ends in; for `memory` the bytes it holds.
 */
import { readFileSync } from 'node:fs';
import { JourneymanError } from '#src/errors.js';
import { analyzeResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { createExtractor } from '#src/resumes/index.js';
import { taxonomy } from '#src/skills/index.js';

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ ...skill, id: index + 1 })));
/** Half the time that a worker allows; an honest file takes a hundredth of it. */
const extractor = createExtractor({ children: 1, timeoutMs: 5000 });

async function read(path) {
  try {
    const { text, pages, hidden, truncated } = await extractor.extract(readFileSync(path));
    analyzeResume(text, matcher, new Date('2026-01-15T12:00:00Z'), { pages, hidden, truncated });
    return 'reads';
  } catch (error) {
    return error instanceof JourneymanError && error.permanent ? error.code : String(error);
  }
}

function memory() {
  globalThis.gc();
  return process.memoryUsage.rss();
}

process.on('message', async (path) => process.send(path === 'memory' ? memory() : await read(path)));
