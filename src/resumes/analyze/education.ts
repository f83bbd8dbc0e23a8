import { readDates } from './date-range.js';
import { degreeIn } from './degrees.js';
import type { Education, SectionKind } from './types.js';

const institutionWord =
  /(universit|uniwersytet|universidad|université|üniversite|college|institut|school|academy|akademi|académie|academia|hochschule|fachhochschule|polyt[eé]chni|politech|école|escuela|faculty|faculdade|lycée|gymnasium|instituto|berufskolleg|kolleg|conservator|seminary|(?<!\p{L})(?:uni|mit|eth|epfl|ucla|tu|fh|iut|ies|insa|kpi|кпі|hec)(?!\p{L})|університет|інститут|академі|коледж|школа|ліцей|гімназія|училище|політехніка)/iu;

/** More degrees, and longer lines with one, are no education. */
const maxDegrees = 20;
const maxLine = 300;

const trim = (text: string) => text.replace(/^[\s,;|•·–—()-]+|[\s,;|•·–—(-]+$/g, '');
const fields = (line: string) =>
  line
    .split(/\s*[\t|·;•]\s*|,\s+|\s+[–—-]\s+|\s+(?:at|from|an der|à l[’']|en la)\s+/)
    .map(trim)
    .filter(Boolean);
const yearsIn = (line: string) => [...line.matchAll(/(?<!\d)(?:19|20)\d\d(?!\d)/g)].map(([text]) => Number(text));
const datesBehind = /[\s,(–—-]*(?:(?:[\p{L}.]{3,10} )?(?:19|20)\d\d.*)$/u;

const underWay =
  /(?<!\p{L})(?:in progress|ongoing|expected|anticipated|candidate|currently (?:enrolled|studying|pursuing)|pursuing|voraussichtlich|laufend|derzeit|en cours|prévu\p{L}*|en curso|cursando|previst\p{L}*|триває|студент\p{L}*|очікуван\p{L}*)(?!\p{L})/iu;

/** Whether the lines of an entry say that it is not over yet. */
function isInProgress(own: readonly string[], year: number | null, now: Date): boolean {
  if (own.some((line) => underWay.test(line))) return true;
  const isOpen = own.some((line) => {
    const dates = line.length <= maxLine ? readDates(line, now) : undefined;
    return dates && 'range' in dates && dates.range.endText === null;
  });
  return isOpen || (year !== null && year > now.getUTCFullYear());
}

/**
 * Reads the degrees in a resume's education section, or without one in that of certificates; elsewhere there are none to be
 * sure of.
 */
export function findEducation(lines: readonly string[], sections: readonly SectionKind[], now: Date): Education[] {
  const kind: SectionKind = sections.includes('education') ? 'education' : 'certifications';
  const inEducation = (index: number) => sections[index] === kind && sections[index - 1] === kind;
  const namesDegree = (line: string) => line.length <= maxLine && degreeIn(line) !== undefined;
  const starts: number[] = [];
  for (let index = 0; index < lines.length && starts.length < maxDegrees; index++) {
    if (inEducation(index) && namesDegree(lines[index]!)) starts.push(index);
  }
  return starts.map((start, place) => {
    const line = lines[start] ?? '';
    const next = starts[place + 1] ?? lines.length;
    const isFree = (at: number) => at > (starts[place - 1] ?? -1) && inEducation(at) && lines[at] !== '';
    // An entry is its line, what follows up to the next degree, and a line above that is nobody else's.
    const below = [start + 1, start + 2].filter((at) => at < next && inEducation(at)).map((at) => lines[at] ?? '');
    const isAboveFree = isFree(start - 1) && (place === 0 || start - starts[place - 1]! > 2 || lines[start - 2] === '');
    const above = isAboveFree ? lines[start - 1]! : '';
    const institutions = (of: readonly string[]) =>
      of.flatMap(fields).find((field) => institutionWord.test(field) && !degreeIn(field.replace(institutionWord, '')));
    const paragraph = below.slice(0, below.indexOf('') === -1 ? undefined : below.indexOf(''));
    const own = [line, ...paragraph];
    const institution = institutions(own) ?? institutions([above]) ?? institutions(below);
    const years = [...own, ...below, above].map(yearsIn).find((found) => found.length > 0) ?? [];
    const year = years.length > 0 ? Math.max(...years) : null;
    return {
      degree: degreeIn(line)!,
      title: (fields(line).find((field) => degreeIn(field)) ?? trim(line)).replace(datesBehind, ''),
      institution: institution?.replace(datesBehind, '') ?? null,
      year,
      inProgress: isInProgress(own, year, now),
    };
  });
}
