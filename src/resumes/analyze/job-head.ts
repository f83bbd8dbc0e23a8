import type { DateRange } from './date-range.js';
import { hasTitle } from './job-titles.js';
import { couldBePlace, isPlace, namesCompany } from './places.js';

export interface JobHead {
  title: string | null;
  employer: string | null;
  place: string | null;
  /** Indexes of the head's first line and of the line behind its last. */
  from: number;
  to: number;
}

interface HeadLine {
  at: number;
  text: string;
}

/** What surely stands between a title and an employer; a comma also stands within either. */
const strongSeparator = /\s+(?:at|@|bei|chez|в)\s+|\s*[|·•\t]\s*|\s+(?:[–—-]|\/\/|::)\s+/i;
const weakSeparator = /,\s+/;

const maxHeadLength = 90;
export const isBullet = (line: string): boolean => /^[•◦▪‣*·○●■–—-]\s?/.test(line);
const isText = (line: string | undefined) => line !== undefined && line !== '' && !isBullet(line);
/** The end of a sentence, but not that of "Inc." */
const sentenceEnd = /(?<!\b(?:inc|ltd|co|corp|dept|univ|st|llc|e\.v|s\.a|jr|sr|gov|govt))\.$|[;!?]$/i;
/** A line that can name a title or an employer: short, no bullet, no sentence nor the end of one. */
const isHeadLine = (line: string | undefined): line is string =>
  line !== undefined &&
  line !== '' &&
  line.length <= maxHeadLength &&
  !isBullet(line) &&
  !/^\p{Ll}/u.test(line) &&
  !sentenceEnd.test(line) &&
  !/^[\p{L} ]{3,30}:(?: |$)/u.test(line) &&
  /\p{L}{2}/u.test(line);

const trimSeparators = (text: string) => {
  const trimmed = text.replace(/^[\s,:;|·•)\]–—-]+|[\s,:;|·•([–—-]+$/g, '');
  return /^\([^()]*\)$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
};
const split = (text: string, separator: RegExp) => text.split(separator).map(trimSeparators).filter(Boolean);

interface Named {
  employer: string | null;
  place: string | null;
}

/** Divides what is not the title into the employer and the place. */
function nameEmployer(texts: readonly string[]): Named {
  const employer = texts.find((text) => !isPlace(text)) ?? null;
  const place = texts.find((text) => text !== employer && (isPlace(text) || couldBePlace(text))) ?? null;
  if (employer === null || place !== null) return { employer, place };
  // "Acme, Leeds", "Acme (Leeds)", "Acme, Springfield, IL"
  const bracketed = /^(.+?)\s*\(([^()]+)\)$/.exec(employer);
  if (bracketed && isPlace(bracketed[2]!)) return { employer: bracketed[1]!, place: bracketed[2]! };
  const [first, ...rest] = employer.split(weakSeparator);
  const behind = rest.join(', ');
  return rest.length > 0 && couldBePlace(behind) ? { employer: first!, place: behind } : { employer, place };
}

/** Splits a title's line into the title and the rest. */
function divide(text: string, separator: RegExp): { title: string; others: string[] } {
  const candidates = split(text, separator);
  const title = candidates.find(hasTitle) ?? text;
  return { title, others: candidates.filter((part) => part !== title) };
}

/**
 * Reads a job's title, employer and place from the line with its dates and the lines around it, whichever order they come
 * in: `Title, Employer  dates`, `Title` over `Employer  dates`, `Title  dates` over `Employer`, `dates` over `Title`.
 *
 * @param isFree Whether a line of that index may belong to this job's head.
 */
export function readJobHead(
  lines: readonly string[],
  dateLine: number,
  { index, length }: Pick<DateRange, 'index' | 'length'>,
  isFree: (line: number) => boolean,
): JobHead {
  const headLine = (at: number): HeadLine | undefined =>
    isFree(at) && isHeadLine(lines[at]) ? { at, text: lines[at] } : undefined;
  /** Whether the line surely belongs to this job, not to the text of the one before. */
  const opensParagraph = ({ at }: HeadLine) => !isFree(at - 1) || !isText(lines[at - 1]);

  // In some formats a blank line stands between all paragraphs. A head reaches over it upwards only when nothing stands beside
  // its dates, and downwards only when the line there is not the head of the next job.
  const isBlank = (at: number) => isFree(at) && lines[at] === '';
  const up = (at: number) => (isBlank(at - 1) ? at - 2 : at - 1);
  const down = (at: number) => {
    const isApart = isBlank(at + 1) && isBlank(at + 3) && isFree(at + 4);
    return isApart ? at + 2 : at + 1;
  };

  const ownText = lines[dateLine] ?? '';
  const rest = trimSeparators(`${ownText.slice(0, index)}\t${ownText.slice(index + length)}`);
  const own = rest ? { at: dateLine, text: rest } : undefined;
  const above = headLine(own ? dateLine - 1 : up(dateLine));
  const farAbove = above && headLine(own ? above.at - 1 : up(above.at));
  const below = headLine(down(dateLine));
  const certainly = (line: HeadLine | undefined) => (line && opensParagraph(line) ? line : undefined);

  const titleLine = [own, above, farAbove, below].find((line) => line && hasTitle(line.text));
  const neighbours =
    titleLine === own
      ? [certainly(above), below]
      : titleLine === above
        ? [own, certainly(farAbove)]
        : [own, titleLine === farAbove ? above : headLine(down(below?.at ?? dateLine))];
  const possible = neighbours.filter((line) => line !== undefined).filter(({ text }) => !hasTitle(text) || namesCompany(text));
  const neighbour = possible.find(({ text }) => !isPlace(text)) ?? possible[0];
  const used = [dateLine, titleLine?.at ?? dateLine, neighbour?.at ?? dateLine];
  const extent = { from: Math.min(...used), to: Math.max(...used) + 1 };
  return { ...nameJob(titleLine?.text, neighbour ? split(neighbour.text, strongSeparator) : []), ...extent };
}

/** Divides a title's line, and the parts of the line beside it, into title, employer and place. */
function nameJob(titleText: string | undefined, beside: readonly string[]): Omit<JobHead, 'from' | 'to'> {
  if (titleText === undefined) return { title: null, ...nameEmployer(beside) };
  const strong = divide(titleText, strongSeparator);
  const isEmployerLike = (texts: readonly string[]) => texts.some((text) => !isPlace(text));
  if (isEmployerLike(strong.others)) {
    return { title: divide(strong.title, weakSeparator).title, ...nameEmployer([...strong.others, ...beside.filter(isPlace)]) };
  }
  if (isEmployerLike(beside)) return { title: strong.title, ...nameEmployer([...beside, ...strong.others]) };
  const weak = divide(strong.title, weakSeparator);
  const behind = weak.others.join(', ');
  return { title: weak.title, ...nameEmployer([...(behind ? [behind] : []), ...strong.others, ...beside]) };
}
