import { coveredMonths, type DateRange, findDateRange, toYears } from './date-range.js';
import { jobLevel } from './job-level.js';
import { readJobHead } from './job-head.js';
import type { Experience, Job, SectionKind } from './types.js';

/** A job with the lines that tell of it. */
export interface JobBlock {
  job: Job;
  range: DateRange;
  /** Indexes of its first line and of the line behind its last. */
  from: number;
  to: number;
}

/** Where jobs are looked for when no heading announces them. */
const undeclared = new Set<SectionKind>(['header', 'summary', 'contact']);

/** Finds the jobs: each range of dates in the work history opens one. */
export function findJobs(lines: readonly string[], sections: readonly SectionKind[], now: Date): JobBlock[] {
  const hasHistory = sections.includes('experience');
  const inHistory = (index: number) => {
    const section = sections[index];
    return section !== undefined && (hasHistory ? section === 'experience' : undeclared.has(section));
  };
  const dated = lines
    .map((line, index) => ({ index, range: inHistory(index) ? findDateRange(line, now) : undefined }))
    .filter((entry): entry is { index: number; range: DateRange } => entry.range !== undefined);

  const blocks: JobBlock[] = [];
  for (const { index, range } of dated) {
    const previous = blocks.at(-1);
    const isFree = (at: number) => inHistory(at) && (!previous || at > previous.job.line - 1) && !dated.some((d) => d.index === at);
    const { title, employer, from } = readJobHead(lines, index, range, isFree);
    const job = { title, employer, start: range.startText, end: range.endText, years: toYears(range.end - range.start), line: index + 1 };
    if (previous) previous.to = Math.min(previous.to, from);
    let to = index + 1;
    while (inHistory(to)) to++;
    blocks.push({ job, range, from, to });
  }
  return blocks;
}

/** Sums the jobs up: years without counting overlaps twice, and the level they amount to. */
export function summarizeExperience(blocks: readonly JobBlock[], headline: string): Experience {
  const totalYears = toYears(coveredMonths(blocks.map(({ range }) => range)));
  const newest = [...blocks].sort((a, b) => b.range.end - a.range.end || b.range.start - a.range.start)[0];
  return { jobs: blocks.map(({ job }) => job), totalYears, level: jobLevel(newest?.job.title ?? headline, totalYears) };
}
