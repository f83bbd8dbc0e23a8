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
const weakSeparator = /,\s+/;

const maxHeadLength = 90;
const isBullet = (line: string) => /^[•◦▪‣*·○●■–—-]\s?/.test(line);
const isText = (line: string | undefined) => line !== undefined && line !== '' && !isBullet(line);
/** A line that can name a title or an employer: short, no bullet, no sentence nor the end of one. */
const isHeadLine = (line: string | undefined): line is string =>
  line !== undefined &&
  line !== '' &&
  line.length <= maxHeadLength &&
  !isBullet(line) &&
  !/^\p{Ll}|[.;:]$/u.test(line) &&
  /\p{L}{2}/u.test(line);

const trimSeparators = (text: string) => text.replace(/^[\s,:|·•()[\]–—-]+|[\s,:|·•()[\]–—-]+$/g, '');

/** The part with a title's word, and the first of the others. */
function divide(text: string, separator: RegExp): { title: string; other: string | null } {
  const candidates = text.split(separator).map(trimSeparators).filter(Boolean);
  const title = candidates.find(hasTitle) ?? text;
  return { title, other: candidates.find((part) => part !== title) ?? null };
}

const firstPart = (text: string) => trimSeparators(text.split(strongSeparator).find(Boolean) ?? text);

/**
 * Reads a job's title and employer from the line with its dates and the lines around it, whichever order they come in:
 * `Title, Employer  dates`, `Title` over `Employer  dates`, `Title  dates` over `Employer`, `dates` over `Title`.
 *
 * @param isFree Whether a line of that index may belong to this job's head.
 */
export function readJobHead(
  lines: readonly string[],
  dateLine: number,
  { index, length }: DateRange,
  isFree: (line: number) => boolean,
): JobHead {
  const headLine = (line: number) => (isFree(line) && isHeadLine(lines[line]) ? lines[line] : undefined);
  /** Whether the line surely belongs to this job, not to the text of the one before. */
  const opensParagraph = (line: number) => !isFree(line - 1) || !isText(lines[line - 1]);

  const ownText = lines[dateLine] ?? '';
  const own = trimSeparators(`${ownText.slice(0, index)}\t${ownText.slice(index + length)}`) || undefined;
  const above = headLine(dateLine - 1);
  const farAbove = above && headLine(dateLine - 2);
  const below = headLine(dateLine + 1);
  const certainly = (text: string | undefined, line: number) => (opensParagraph(line) ? text : undefined);

  const titleLine = [own, above, farAbove, below].find((text) => text !== undefined && hasTitle(text));
  const neighbours =
    titleLine === own
      ? [certainly(above, dateLine - 1), below]
      : titleLine === above
        ? [own, certainly(farAbove, dateLine - 2)]
        : [own, titleLine === farAbove ? above : headLine(dateLine + 2)];
  const neighbour = neighbours.find((text) => text !== undefined && !hasTitle(text));
  const from =
    dateLine -
    (farAbove && [titleLine, neighbour].includes(farAbove) ? 2 : above && [titleLine, neighbour].includes(above) ? 1 : 0);
  if (titleLine === undefined) return { title: null, employer: neighbour ? firstPart(neighbour) : null, from };

  const strong = divide(titleLine, strongSeparator);
  if (strong.other) return { title: divide(strong.title, weakSeparator).title, employer: strong.other, from };
  if (neighbour) return { title: titleLine, employer: firstPart(neighbour), from };
  const weak = divide(titleLine, weakSeparator);
  return { title: weak.title, employer: weak.other, from };
}
