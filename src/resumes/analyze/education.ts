import type { Degree, Education, SectionKind } from './types.js';

const degrees: readonly (readonly [degree: Degree, pattern: RegExp])[] = [
  ['doctorate', /\b(ph\.? ?d|doctorate|doctor of|dr\. ?\p{L}+\.|doctorat|doctorado|promotion)\b|доктор/iu],
  [
    'master',
    /\b(master(?:[’']?s)?|m\.? ?sc|m\.?s\.(?= )|MS(?= )|MA(?= )|m\.? ?eng|mba|m\.? ?ed|mph|msn|magister|diplom(?:-ingenieur)?|maestría|máster)\b|магістр/iu,
  ],
  [
    'bachelor',
    /\b(bachelor(?:[’']?s)?|b\.? ?sc|b\.?s\.(?= )|BS(?= )|BA(?= )|b\.? ?eng|b\.? ?tech|bba|b\.? ?ed|bsn|llb|undergraduate degree|licence|licenciatura|grado en)\b|бакалавр/iu,
  ],
  ['associate', /\b(associate(?:[’']?s)? degree|associate of|a\.a\.s?\.|foundation degree|hnd)\b/iu],
  [
    'vocational',
    /\b(apprenticeship|vocational|diploma|bootcamp|ausbildung (?:zum|zur|als)|berufsausbildung|bts|dut|formación profesional)\b/iu,
  ],
  ['school', /\b(high school|secondary school|a-levels?|abitur|matura|baccalauréat|bachillerato|ged)\b/iu],
];

const institutionWord =
  /(universit|universidad|université|college|institut|school|academy|akademie|hochschule|polytechni|école|escuela|faculty|університет|інститут)/iu;

/** More degrees, and longer lines with one, are no education. */
const maxDegrees = 20;
const maxLine = 300;

const degreeOf = (line: string) => degrees.find(([, pattern]) => pattern.test(line))?.[0];
const trim = (text: string) => text.replace(/^[\s,;|•·–—()-]+|[\s,;|•·–—(-]+$/g, '');
const fields = (line: string) =>
  line
    .split(/\s*[\t|·;]\s*|,\s+|\s+[–—-]\s+/)
    .map(trim)
    .filter(Boolean);
const yearsIn = (line: string) => [...line.matchAll(/\b(?:19|20)\d\d\b/g)].map(([text]) => Number(text));

/** Reads the degrees in a resume's education section; without such a section there are none to be sure of. */
export function findEducation(lines: readonly string[], sections: readonly SectionKind[]): Education[] {
  const inEducation = (index: number) => sections[index] === 'education';
  const starts = lines
    .flatMap((line, index) => (inEducation(index) && line.length <= maxLine && degreeOf(line) ? [index] : []))
    .slice(0, maxDegrees);
  return starts.map((start, place) => {
    const line = lines[start] ?? '';
    const next = starts[place + 1] ?? lines.length;
    // An entry is its line, what follows up to the next degree, and a line above that is nobody else's.
    const own = [line, ...[start + 1, start + 2].filter((at) => at < next && inEducation(at)).map((at) => lines[at] ?? '')];
    const above =
      inEducation(start - 1) && !starts.includes(start - 1) && (place === 0 || start - starts[place - 1]! > 2)
        ? lines[start - 1]!
        : '';
    const institution = [...own, above].flatMap(fields).find((field) => institutionWord.test(field) && !degreeOf(field));
    const years = own.map(yearsIn).find((found) => found.length > 0) ?? yearsIn(above);
    return {
      degree: degreeOf(line)!,
      title: (fields(line).find((field) => degreeOf(field)) ?? trim(line)).replace(/\s*\(?(?:19|20)\d\d\)?$/, ''),
      institution: institution ?? null,
      year: years.length > 0 ? Math.max(...years) : null,
    };
  });
}
