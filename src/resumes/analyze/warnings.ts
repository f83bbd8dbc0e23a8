import type { JobBlock } from './experience.js';
import type { Contact, Education, FileFacts, ResumeWarning, SectionKind, TextStyle } from './types.js';

/** More than this is too much to read. */
export const maxPages = 3;
export const maxWords = 1500;

const longGap = 6;
const maxNamed = 3;

const monthText = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

/**
 * The times of at least half a year between two jobs and after the studies; who gives years alone is taken to have worked to
 * their ends.
 */
function gapsBetween(blocks: readonly JobBlock[], education: readonly Education[]): string[] {
  const ranges = blocks
    .map(({ job, range }) => ({
      start: range.start,
      end: job.end?.length === 4 ? Math.ceil((range.end + 1) / 12) * 12 : range.end,
    }))
    .sort((a, b) => a.start - b.start);
  const gaps: string[] = [];
  let reached = Math.max(ranges[0]?.end ?? 0, ...education.map(({ year }) => ((year ?? 0) + 1) * 12));
  for (const { start, end } of ranges) {
    if (start - reached >= longGap) gaps.push(`${monthText(reached)} to ${monthText(start - 1)}`);
    reached = Math.max(reached, end);
  }
  return gaps;
}

const quoted = (texts: readonly string[]) =>
  texts
    .slice(0, maxNamed)
    .map((text) => `"${text}"`)
    .join(', ');

/** Names what the resume's owner should look at. */
export function findWarnings(found: {
  blocks: readonly JobBlock[];
  education: readonly Education[];
  ignoredDates: readonly string[];
  sections: readonly SectionKind[];
  contact: Contact;
  file: FileFacts;
  style: TextStyle;
}): ResumeWarning[] {
  const { blocks, education, ignoredDates, sections, contact, file, style } = found;
  const gaps = gapsBetween(blocks, education);
  const isLong = (file.pages ?? 0) > maxPages || style.words > maxWords;
  const size = (file.pages ?? 0) > maxPages ? `${file.pages} pages` : `${style.words} words`;
  const checks: readonly (ResumeWarning & { applies: boolean })[] = [
    {
      code: 'HIDDEN_TEXT',
      applies: file.hidden !== null && file.hidden.characters > 0,
      message: `The file has text that nobody sees (${file.hidden?.characters} characters). It was not counted, and recruiters take it for cheating.`,
    },
    { code: 'TRUNCATED', applies: file.truncated, message: 'The text is too long: its end was not read.' },
    {
      code: 'RECOGNIZED',
      applies: file.recognized,
      message:
        'The file holds pictures of text. What was read in them may have errors; a file whose text can be selected is read better.',
    },
    { code: 'TOO_LONG', applies: isLong, message: `The resume has ${size}; readers expect one or two pages.` },
    {
      code: 'NO_SECTIONS',
      applies: sections.every((kind) => kind === 'header'),
      message: 'No headings such as "Experience" or "Skills" were found.',
    },
    {
      code: 'NO_CONTACT',
      applies: contact.emails.length + contact.phones.length === 0,
      message: 'Neither an e-mail address nor a phone number was found.',
    },
    {
      code: 'NO_DATES',
      applies: blocks.length === 0 && sections.includes('experience'),
      message: 'The work history has no dates that could be read. Write them as "Jan 2019 – Mar 2021".',
    },
    {
      code: 'DATES_IGNORED',
      applies: ignoredDates.length > 0,
      message: `Dates that cannot be right were left out: ${quoted(ignoredDates)}.`,
    },
    { code: 'DATE_GAP', applies: gaps.length > 0, message: `No job is given for ${gaps.slice(0, maxNamed).join(', ')}.` },
  ];
  return checks.filter(({ applies }) => applies).map(({ code, message }) => ({ code, message }));
}
