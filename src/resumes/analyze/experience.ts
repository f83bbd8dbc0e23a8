import { coveredMonths, type DateRange, readDates, toYears } from './date-range.js';
import { isBullet, readJobHead } from './job-head.js';
import { jobLevel } from './job-level.js';
import { hasTitle, isInternshipTitle } from './job-titles.js';
import type { Experience, Job, SectionKind } from './types.js';

/** A job with the lines that tell of it. */
export interface JobBlock {
  job: Job;
  range: DateRange;
  /** Indexes of its first line and of the line behind its last. */
  from: number;
  to: number;
}

/** What the work history's lines say. */
export interface History {
  blocks: JobBlock[];
  /** Dates that no career can have, as written. */
  ignoredDates: string[];
}

/** Where jobs are looked for when no heading announces them. */
const undeclared = new Set<SectionKind>(['header', 'summary', 'contact']);

/** More jobs, and longer lines with a date, are no work history. */
const maxJobs = 50;
const maxDateLine = 300;
const maxBullet = 90;

/** Whether a bullet names a job: a title, and dates at its start or end. */
function isJobBullet(line: string, { index, length }: DateRange): boolean {
  const isSetApart = index <= 3 || index + length >= line.trimEnd().length - 1;
  return line.length <= maxBullet && isSetApart && hasTitle(line);
}

/** The ranges of dates that open a job, by line. */
function findJobDates(lines: readonly string[], inHistory: (line: number) => boolean, isDeclared: boolean, now: Date) {
  const ranges = new Map<number, DateRange>();
  const ignored = new Set<string>();
  const isTitled = (index: number) => {
    const line = lines[index] ?? '';
    return line.length <= maxBullet && hasTitle(line);
  };
  lines.forEach((line, index) => {
    if (!inHistory(index) || line.length > maxDateLine || ranges.size === maxJobs || !/\d/.test(line)) return;
    const bullet = isBullet(line);
    const mayBeLone = () => isDeclared && !bullet && [index, index - 1, index + 1].some(isTitled);
    const dates = readDates(line, now) ?? (mayBeLone() ? readDates(line, now, true) : undefined);
    if (!dates) return;
    if ('ignored' in dates) ignored.add(dates.ignored);
    else if (!bullet || isJobBullet(line, dates.range)) ranges.set(index, dates.range);
  });
  return { ranges, ignoredDates: [...ignored] };
}

const contains = (outer: DateRange, inner: DateRange) => outer.start <= inner.start && outer.end >= inner.end;

/** Whether dates are those of an employer as a whole, under which the positions follow. */
const isWholeEmployment = ({ job, range }: JobBlock, next: JobBlock | undefined) =>
  !job.title && job.employer && next?.job.title && !next.job.employer && contains(range, next.range);

/**
 * Settles several positions at one employer: dates of the employer as a whole are no job, and a position without an employer
 * that ends where the one above begins was held at the same.
 */
function settlePositions(blocks: readonly JobBlock[]): JobBlock[] {
  const settled: JobBlock[] = [];
  /** The employer named last, and the time since the beginning of the positions there. */
  let known: Pick<JobBlock, 'job' | 'range'> | undefined;
  blocks.forEach((block, place) => {
    const { job, range } = block;
    const isSame =
      known && job.title && !job.employer && (contains(known.range, range) || Math.abs(known.range.start - range.end) <= 1);
    if (isWholeEmployment(block, blocks[place + 1])) {
      known = block;
    } else if (known && isSame) {
      const { employer, place: city } = known.job;
      settled.push({ ...block, job: { ...job, employer, place: job.place ?? city } });
      const [start, end] = [Math.min(range.start, known.range.start), Math.max(range.end, known.range.end)];
      known = { job: known.job, range: { ...range, start, end } };
    } else {
      settled.push(block);
      known = job.employer ? block : undefined;
    }
  });
  return settled;
}

/** Finds the jobs: each range of dates in the work history opens one. */
export function findJobs(lines: readonly string[], sections: readonly SectionKind[], now: Date): History {
  const isDeclared = sections.includes('experience');
  const inHistory = (index: number) => {
    const section = sections[index];
    return section !== undefined && (isDeclared ? section === 'experience' : undeclared.has(section));
  };
  const isHeading = (index: number) => isDeclared && sections[index] !== sections[index - 1];
  const { ranges, ignoredDates } = findJobDates(lines, inHistory, isDeclared, now);

  const blocks: JobBlock[] = [];
  let taken = 0;
  for (const [index, range] of ranges) {
    const isFree = (line: number) => inHistory(line) && !isHeading(line) && line >= taken && !ranges.has(line);
    const { title, employer, place, from, to: headEnd } = readJobHead(lines, index, range, isFree);
    const job = {
      title,
      employer,
      place,
      isInternship: title !== null && isInternshipTitle(title),
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
    taken = headEnd;
  }
  return { blocks: settlePositions(blocks), ignoredDates };
}

/**
 * Sums the jobs up: years, and the level they amount to. Months that jobs share count once; months of internships alone
 * count half, for they are mostly part of one's studies.
 *
 * @param headline Tells the level of who names no dated job.
 */
export function summarizeExperience(blocks: readonly JobBlock[], headline: string): Experience {
  const regular = coveredMonths(blocks.filter(({ job }) => !job.isInternship).map(({ range }) => range));
  const all = coveredMonths(blocks.map(({ range }) => range));
  const totalYears = toYears(regular + (all - regular) / 2);
  const newest = [...blocks].sort((a, b) => b.range.end - a.range.end || b.range.start - a.range.start)[0];
  return { jobs: blocks.map(({ job }) => job), totalYears, level: jobLevel(newest?.job.title ?? headline, totalYears) };
}
