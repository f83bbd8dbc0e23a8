/** The words that dates are written with in English, German, French, Spanish and Ukrainian. */

const monthNames = [
  'january jan januar jänner jän janvier janv enero ene січень січня січ',
  'february feb febr februar fév févr février fevrier febrero лютий лютого лют',
  'march mar märz maerz mär mrz mars marzo березень березня бер',
  'april apr avril avr abril abr квітень квітня квіт',
  'may mai mayo травень травня трав',
  'june jun juni juin junio червень червня черв',
  'july jul juli juillet juil julio липень липня лип',
  'august aug août aout agosto ago серпень серпня серп',
  'september sept sep septembre septiembre setiembre вересень вересня вер',
  'october oct oktober okt octobre octubre жовтень жовтня жовт',
  'november nov novembre noviembre листопад листопада лист',
  'december dec dezember dez décembre decembre déc diciembre dic грудень грудня груд',
].map((names) => names.split(' '));

/** First month of each season in the northern half of the world, from 0. Each lasts three. */
const seasonNames: readonly (readonly [month: number, names: string])[] = [
  [2, 'spring frühling frühjahr printemps primavera весна весни'],
  [5, 'summer sommer été verano літо літа'],
  [8, 'autumn fall herbst automne otoño осінь осені'],
  [11, 'winter hiver invierno зима зими'],
];

/** The months, from 0, that a name stands for. */
export interface MonthSpan {
  first: number;
  /** 12 and 13 are January and February of the next year. */
  last: number;
}

const spans: readonly (readonly [names: readonly string[], span: MonthSpan])[] = [
  ...monthNames.map((names, month) => [names, { first: month, last: month }] as const),
  ...seasonNames.map(([first, names]) => [names.split(' '), { first, last: first + 2 }] as const),
];
// Each month and season has a character of its own, from Unicode's private use area, that no text has.
const firstCode = 0xe000;
const codeAt = (place: number) => String.fromCharCode(firstCode + place);
const codeByName = new Map(spans.flatMap(([names], place) => names.map((name) => [name, codeAt(place)] as const)));

/**
 * Brings a line to the form that dates are looked for in, without moving anything: lower case, and every letter of a month's
 * or season's name replaced by a character that stands for it. Patterns with all the names in them would take a second to
 * compile.
 */
export function encodeDateWords(line: string): string {
  return line.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => {
    const lower = word.toLowerCase();
    const code = codeByName.get(lower);
    if (code) return code.repeat(word.length);
    return lower.length === word.length ? lower : word;
  });
}

/** The months that the first encoded name in a text stands for. */
export function spanIn(encoded: string): MonthSpan | undefined {
  const place = /[\uE000-\uE00F]/.exec(encoded)?.[0].charCodeAt(0);
  return place === undefined ? undefined : spans[place - firstCode]?.[1];
}

/** An encoded month or season; sources for regular expressions, as are the following. */
export const anyMonth = `[${codeAt(0)}-${codeAt(11)}]+`;
export const anySeason = `[${codeAt(12)}-${codeAt(15)}]+`;

const alternatives = (words: readonly string[]) => [...words].sort((a, b) => b.length - a.length).join('|');

const presentWords = {
  en: 'present|the present|to present|current|currently|now|till now|until now|today|ongoing|date|to date|till date|until present',
  de: 'heute|bis heute|aktuell|jetzt|derzeit|laufend|gegenwärtig|dato|bis dato',
  fr: "présent|à présent|aujourd[’']hui|à aujourd[’']hui|maintenant|actuel|actuellement|ce jour|à ce jour|en cours",
  es: 'actualidad|la actualidad|actual|actualmente|presente|el presente|hoy|la fecha|en curso',
  uk: 'дотепер|зараз|сьогодні|нині|тепер|донині|теперішній час|теперішнього часу|цей час|цього часу|наш час',
};
/** What stands in place of an end that has not come. */
export const present = alternatives(Object.values(presentWords).flatMap((words) => words.split('|')));

/** What joins the start and the end of a range. */
export const joiner =
  '(?:-{1,2}|–|—|−|‒|~|→|\\bto\\b|\\buntil\\b|\\btill?\\b|\\bthrough\\b|\\bthru\\b|\\bbis(?: zum)?\\b|(?<= )à(?= )|\\bau\\b|' +
  "jusqu[’']?(?:à|au|en)?|\\bhasta(?: el)?\\b|(?<= )al?(?= )|(?<= )до(?= )|(?<= )по(?= ))";

/** What opens a range that still lasts. */
export const since = '(?:since|from|seit|ab|depuis|desde|з|із|від)';

/** Units of time, for `(6 months)`. */
export const yearUnit = '(?:years?|yrs?|jahre?n?|ans?|années?|años?|рік|роки|років|р\\.)';
export const monthUnit = '(?:months?|mos?|monate?n?|mois|mes(?:es)?|місяц\\p{L}*|міс)';
