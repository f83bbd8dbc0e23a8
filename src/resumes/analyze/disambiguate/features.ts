import type { SectionKind } from '../types.js';
import type { Occurrence, Token } from './context.js';

/** How many tokens are looked at on each side. */
const reach = 6;
/** Longer lines than this are cut off around the term. */
const lineReach = 40;

const sectionGroups: Partial<Record<SectionKind, string>> = {
  skills: 'list',
  certifications: 'list',
  languages: 'list',
  experience: 'work',
  projects: 'work',
  interests: 'aside',
  references: 'aside',
  contact: 'aside',
};

const joins = new Set([
  ',',
  '/',
  '|',
  '•',
  ';',
  '&',
  '+',
  '(',
  ')',
  ':',
  '–',
  '-',
  '<nl>',
  '<tab>',
  'and',
  'or',
  'und',
  'et',
  'y',
  'та',
]);

/** What a list would have beside the term: a skill, a doubtful one, another word, or nothing; small letters stand for "with nothing between". */
function neighbour(tokens: readonly Token[], at: number, step: 1 | -1): string {
  let index = at + step;
  let joined = 0;
  while (joined < 3 && tokens[index] && joins.has(tokens[index]!.key)) {
    index += step;
    joined++;
  }
  const token = tokens[index];
  const sign = token ? { sure: 'S', maybe: 'M', word: 'W', sign: 'P', line: 'E' }[token.kind] : 'E';
  return joined > 0 ? sign : sign.toLowerCase();
}

const isBreak = (token: Token | undefined) => token === undefined || token.kind === 'line' || /^[.!?•:]$/.test(token.key);

const bucket = (distance: number) => (distance <= 2 ? String(distance) : 'n');

/** The tokens of one side, nearest first. */
function* side(tokens: readonly Token[], at: number, step: 1 | -1): Generator<[where: string, token: Token]> {
  for (let distance = 1; distance <= reach; distance++) {
    const token = tokens[at + distance * step];
    if (!token) return;
    yield [`${step < 0 ? 'L' : 'R'}${bucket(distance)}`, token];
  }
}

function lineFeatures(tokens: readonly Token[], at: number): string[] {
  let from = at;
  while (from > 0 && at - from < lineReach && tokens[from - 1]!.kind !== 'line') from--;
  let to = at + 1;
  while (to < tokens.length && to - at < lineReach && tokens[to]!.kind !== 'line') to++;
  const line = tokens.slice(from, to);
  const words = line.filter(({ kind }) => kind === 'word').length;
  const sure = line.filter(({ kind }) => kind === 'sure').length;
  const colon = line.slice(0, 5).findIndex(({ key }) => key === ':' || key === '<tab>');
  const found = [
    `words=${words === 0 ? 0 : words <= 3 ? 3 : words <= 8 ? 8 : 'n'}`,
    `sure=${Math.min(sure, 3)}`,
    `dense=${sure > words ? 2 : sure * 3 > words ? 1 : 0}`,
  ];
  if (colon > 0 && from + colon === at + 1) found.push('is label');
  if (colon > 0 && from + colon < at) found.push(`label=${line[colon - 1]!.key}`, 'labelled');
  return found;
}

/**
 * What speaks for and against a term being the skill, as names of features. Those without the term's own name are learned
 * from all terms, and judge one of which there were no examples.
 */
export function featuresOf({ term, letters, section, tokens, at }: Occurrence): string[] {
  const group = sectionGroups[section] ?? 'other';
  const [left, right] = [neighbour(tokens, at, -1), neighbour(tokens, at, 1)];
  const start = isBreak(tokens[at - 1]) ? 'start' : 'inside';
  const general = [
    `letters=${letters}`,
    `letters=${letters} ${start}`,
    `section=${group}`,
    `left=${left}`,
    `right=${right}`,
    `both=${left}${right}`,
    `both=${left}${right} ${letters}`,
    ...lineFeatures(tokens, at),
  ];
  const found = ['bias', `${term}`, `${term} ${letters}`, `${term} ${letters} ${start}`, ...general];
  for (const feature of [`section=${group}`, `left=${left}`, `right=${right}`]) found.push(`${term} ${feature}`);
  for (const step of [-1, 1] as const) {
    for (const [where, token] of side(tokens, at, step)) {
      found.push(`${where}=${token.key}`, `${term} ${token.key}`);
      if (where.endsWith('1')) {
        found.push(`${term} ${where}=${token.key}`, `${where} ${token.kind} ${token.isCapital ? 'Aa' : 'aa'} ${letters}`);
        if (token.kind === 'word') found.push(`${where} ends ${token.key.slice(-3)}`);
      }
    }
  }
  return [...new Set(found)];
}
