/**
 * A process that reads and analyses resumes as a worker does: for each path it is sent it answers with the path and `reads`, or the
 * code of the permanent error that the file ends in; for `memory` with the bytes it holds.
 */
import { readFileSync } from 'node:fs';
import { JourneymanError } from '#src/errors.js';
import { assessResume } from '#src/resumes/analyze/index.js';
import { createReader } from '#src/resumes/index.js';
import { taxonomy } from '#src/skills/index.js';

const known = { skills: taxonomy.map((skill, index) => ({ ...skill, id: index + 1 })), version: '1' };
const demand = { openJobs: 0, skills: [] };
const now = new Date('2026-01-15T12:00:00Z');
/** Half the time that a worker allows; an honest file takes a hundredth of it. */
const reader = createReader({ children: 1, timeoutMs: 5000 });

async function read(path) {
  try {
    const { text, pages, hidden, truncated, recognized } = await reader.extract(readFileSync(path));
    assessResume(await reader.analyze({ text, file: { pages, hidden, truncated, recognized }, now }, known), demand);
    return 'reads';
  } catch (error) {
    return error instanceof JourneymanError && error.permanent ? error.code : String(error);
  }
}

function memory() {
  globalThis.gc();
  return process.memoryUsage.rss();
}

process.on('message', async (question) => {
  const answer = question === 'memory' ? memory() : await read(question);
  process.send({ question, answer });
});
