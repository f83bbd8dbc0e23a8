import { hasDateRange } from './date-range.js';
import { kindOfHeading } from './section-headings.js';
import type { Section, SectionKind } from './types.js';

const maxHeadingLength = 60;
/** A resume has a dozen; what follows after these is text. */
const maxHeadings = 200;

/** `Skills: Python, SQL` is a heading and the section in one line. Only skills are written so often enough to be sure. */
const inlineSkills =
  /^(?:(?:technical|key|core|it|computer|professional) )?skills ?:|^(?:(?:it-|edv-|fach)?kenntnisse|compétences(?: techniques)?|habilidades|conocimientos|(?:технічні |ключові )?навички) ?:/i;

const isBullet = (line: string | undefined) => line !== undefined && /^[•◦▪‣*·○●■–—-] ?\S/.test(line);
const isUpperCase = (text: string) => text === text.toUpperCase() && text !== text.toLowerCase();

interface Heading {
  index: number;
  kind: SectionKind;
  text: string;
  /** Headings of one resume look alike: in capitals or not, with a colon or not. */
  look: string;
}

function headingAt(lines: readonly string[], index: number): Heading | undefined {
  const line = lines[index] ?? '';
  if (inlineSkills.test(line)) return { index, kind: 'skills', text: line, look: 'inline' };
  if (line.length > maxHeadingLength || !/\p{L}/u.test(line) || /@|\t|\d{3}/.test(line)) return undefined;
  // A bullet may stand for an icon; within a list it is none.
  if (isBullet(line) && isBullet(lines[index - 1]) && !isUpperCase(line)) return undefined;
  const kind = kindOfHeading(line);
  return kind && { index, kind, text: line, look: `${isUpperCase(line)} ${line.endsWith(':')}` };
}

/** What also stands above a part of one job: "Achievements:", "Technologies: …". */
const partsOfJobs = new Set<SectionKind>(['skills', 'projects', 'awards', 'certifications', 'publications', 'summary']);

/**
 * Whether a heading within the work history belongs to one job: its like stands under other jobs too, or it looks unlike the
 * history's own heading and the history goes on behind it or the resume has such a section elsewhere.
 */
function isPartOfJob(heading: Heading, history: Heading, headings: readonly Heading[], lines: readonly string[]): boolean {
  if (!partsOfJobs.has(heading.kind)) return false;
  const inline = heading.look === 'inline';
  const like = headings.filter(
    ({ kind, look, text }) => kind === heading.kind && look === heading.look && (inline || text === heading.text),
  );
  if (like.length > 1) return true;
  if (heading.look === history.look) return false;
  const rest = headings.filter(({ index }) => index > heading.index);
  const next = rest.find(({ look }) => look === history.look)?.index ?? lines.length;
  const goesOn = lines.slice(heading.index + 1, next).some((line) => line.length < 300 && hasDateRange(line));
  const isElsewhere = headings.some(({ kind, look }) => kind === heading.kind && look === history.look);
  return goesOn || isElsewhere;
}

/** Divides a resume's lines into its sections, by its headings. Every line belongs to one. */
export function findSections(lines: readonly string[]): Section[] {
  const headings = lines.flatMap((_, index) => headingAt(lines, index) ?? []).slice(0, maxHeadings);
  const sections: Section[] = [{ kind: 'header', heading: '', from: 0, to: lines.length }];
  let history: Heading | undefined;
  for (const heading of headings) {
    if (history && isPartOfJob(heading, history, headings, lines)) continue;
    history = heading.kind === 'experience' ? heading : undefined;
    sections.at(-1)!.to = heading.index;
    sections.push({ kind: heading.kind, heading: heading.text, from: heading.index, to: lines.length });
  }
  return sections;
}

/** The section each line belongs to. */
export function sectionByLine(sections: readonly Section[]): SectionKind[] {
  return sections.flatMap(({ kind, from, to }) => Array<SectionKind>(to - from).fill(kind));
}
