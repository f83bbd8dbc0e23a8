import { coveredMonths, type DateRange, findDateRange, toYears } from './date-range.js';
import { readJobHead } from './job-head.js';
import { jobLevel } from './job-level.js';
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

/** More jobs, and longer lines with a date, are no work history. */
const maxJobs = 50;
const maxDateLine = 300;

/** Finds the jobs: each range of dates in the work history opens one. */
export function findJobs(lines: readonly string[], sections: readonly SectionKind[], now: Date): JobBlock[] {
  const hasHistory = sections.includes('experience');
  const inHistory = (index: number) => {
    const section = sections[index];
    return section !== undefined && (hasHistory ? section === 'experience' : undeclared.has(section));
  };
  const isHeading = (index: number) => hasHistory && sections[index] !== sections[index - 1];
  const ranges = new Map<number, DateRange>();
  lines.forEach((line, index) => {
    if (!inHistory(index) || line.length > maxDateLine || ranges.size === maxJobs) return;
    const range = findDateRange(line, now);
    if (range) ranges.set(index, range);
  });

  const blocks: JobBlock[] = [];
  let previousDate = -1;
  for (const [index, range] of ranges) {
    const isFree = (line: number) => inHistory(line) && !isHeading(line) && line > previousDate && !ranges.has(line);
    const { title, employer, from } = readJobHead(lines, index, range, isFree);
    const job = {
      title,
      employer,
      start: range.startText,
      end: range.endText,
      years: toYears(range.end - range.start),
      line: index + 1,
    };
    const previous = blocks.at(-1);
    if (previous) previous.to = Math.min(previous.to, from);
    let to = index + 1;
    while (inHistory(to)) to++;
    blocks.push({ job, range, from, to });
    previousDate = index;
  }
  return blocks;
}

/** Sums the jobs up: years without counting overlaps twice, and the level they amount to. */
export function summarizeExperience(blocks: readonly JobBlock[], headline: string): Experience {
  const totalYears = toYears(coveredMonths(blocks.map(({ range }) => range)));
  const newest = [...blocks].sort((a, b) => b.range.end - a.range.end || b.range.start - a.range.start)[0];
  return { jobs: blocks.map(({ job }) => job), totalYears, level: jobLevel(newest?.job.title ?? headline, totalYears) };
}
