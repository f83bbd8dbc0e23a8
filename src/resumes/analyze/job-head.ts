import type { DateRange } from './date-range.js';

export interface JobHead {
  title: string | null;
  employer: string | null;
  /** Index of the first line that belongs to the job. */
  from: number;
}

const titleWords =
  'engineer developer programmer coder manager director analyst scientist designer nurse consultant architect administrator assistant ' +
  'intern internship trainee apprentice specialist coordinator lead head officer technician teacher tutor lecturer professor researcher ' +
  'accountant auditor bookkeeper representative associate executive supervisor writer editor journalist marketer recruiter chef cook ' +
  'driver operator mechanic electrician physician doctor surgeon pharmacist therapist midwife paramedic caregiver lawyer attorney ' +
  'paralegal clerk cashier secretary receptionist owner founder co-founder president vp cto ceo cfo coo partner tester master advisor ' +
  'adviser agent buyer planner strategist producer photographer translator freelancer contractor student worker salesperson ' +
  'entwickler entwicklerin ingenieur ingenieurin leiter leiterin berater beraterin werkstudent werkstudentin praktikant praktikantin ' +
  'développeur développeuse ingénieur ingénieure stagiaire responsable chef infirmier infirmière ' +
  'ingeniero ingeniera desarrollador desarrolladora analista diseñador diseñadora enfermero enfermera gerente ' +
  'інженер розробник розробниця аналітик дизайнер менеджер вчитель';
const titlePattern = new RegExp(`(?<![\\p{L}])(?:${titleWords.split(' ').join('|')})s?(?![\\p{L}])`, 'iu');
const hasTitle = (text: string) => titlePattern.test(text);

/** What surely stands between a title and an employer; a comma also stands within either. */
const strongSeparator = /\s+(?:at|@|bei|chez)\s+|\s*[|·\t]\s*|\s+[–—-]\s+/i;

const maxHeadLength = 90;
const isBullet = (line: string) => /^[•◦▪‣*·○●■–—-]\s?/.test(line);
/** A line that can name a title or an employer: short, no bullet, no sentence. */
const isHeadLine = (line: string | undefined): line is string =>
  line !== undefined && line !== '' && line.length <= maxHeadLength && !isBullet(line) && !/[.;:]$/.test(line) && /\p{L}{2}/u.test(line);

const trimSeparators = (text: string) => text.replace(/^[\s,|·•()[\]–—-]+|[\s,|·•()[\]–—-]+$/g, '');
const parts = (text: string, separator: RegExp) => text.split(separator).map(trimSeparators).filter(Boolean);

/** The part with a title's word, and the first of the others. */
function pick(candidates: string[]): { title: string | null; other: string | null } {
  const title = candidates.find(hasTitle) ?? null;
  return { title, other: candidates.find((part) => part !== title) ?? null };
}

/**
 * Reads a job's title and employer from the line with its dates and the lines around it, whichever order they come in:
 * `Title, Employer  dates`, `Title` over `Employer  dates`, `Title  dates` over `Employer`, `dates` over `Title`.
 *
 * @param isFree Whether a line belongs to no other job's head.
 */
export function readJobHead(
  lines: readonly string[],
  dateLine: number,
  { index, length }: DateRange,
  isFree: (line: number) => boolean,
): JobHead {
  const line = lines[dateLine] ?? '';
  const onDateLine = trimSeparators(`${line.slice(0, index)}\t${line.slice(index + length)}`);
  const at = (offset: number) => (isFree(dateLine + offset) && isHeadLine(lines[dateLine + offset]) ? lines[dateLine + offset]! : undefined);
  const above = at(-1);
  const below = at(1);
  /** A line above surely belongs to this job when it opens a paragraph, the section, or holds a title. */
  const opens = (offset: number) => !isFree(dateLine + offset - 1) || !lines[dateLine + offset - 1] || isBullet(lines[dateLine + offset - 1]!);

  const titleLine = [onDateLine, above, at(-2), below].find((text, place) => text && hasTitle(text) && (place !== 2 || above !== undefined));
  if (!titleLine) {
    const employer = onDateLine || above || below || null;
    return { title: null, employer: employer && (parts(employer, strongSeparator)[0] ?? null), from: !onDateLine && above ? dateLine - 1 : dateLine };
  }
  const strong = pick(parts(titleLine, strongSeparator));
  const weak = pick(parts(strong.title ?? titleLine, /,\s+/));
  const isAbove = titleLine !== onDateLine && titleLine !== below;
  const neighbours =
    titleLine === onDateLine
      ? [above && opens(-1) ? above : undefined, below]
      : isAbove
        ? [onDateLine, titleLine === above ? (at(-2) && opens(-2) ? at(-2) : undefined) : above]
        : [onDateLine, at(2)];
  const neighbour = neighbours.find((text) => text && !hasTitle(text));
  const employer = strong.other ?? (neighbour ? (parts(neighbour, strongSeparator)[0] ?? null) : weak.other);
  const title = strong.other || !neighbour ? weak.title : strong.title;
  const used = [above, at(-2)].map((text) => text !== undefined && (text === titleLine || text === neighbour));
  return { title, employer, from: used[1] ? dateLine - 2 : used[0] ? dateLine - 1 : dateLine };
}
