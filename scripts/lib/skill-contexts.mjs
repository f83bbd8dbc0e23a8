// Reads the labelled sentences that the classifier of ambiguous terms is trained and measured with.
import { readdirSync, readFileSync } from 'node:fs';
import { lettersOf, tokenize } from '../../dist/resumes/analyze/disambiguate/context.js';
import { featuresOf } from '../../dist/resumes/analyze/disambiguate/features.js';
import { createSkillMatcher } from '../../dist/resumes/analyze/index.js';
import { findSections, sectionByLine } from '../../dist/resumes/analyze/sections.js';
import { taxonomy } from '../../dist/skills/index.js';

const folder = new URL('../../data/skill-contexts/', import.meta.url);
const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ id: index + 1, ...skill })));

/** The rows of a file, without comments and empty lines. */
const rowsOf = (file) =>
  readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((row) => row.trim() && !row.startsWith('#'))
    .map((row) => row.split('\t'));

/** `word, label, sentence`; the label is 1 for the skill and 0 for anything else, `\n` in a sentence a line's end, `\t` a tab. */
const toExample = ([word, label, sentence], file) => {
  if (!word || !sentence || (label !== '0' && label !== '1')) throw new Error(`${file}: not a row: ${word} ${label} ${sentence}`);
  return { word, label: Number(label), sentence: sentence.replaceAll('\\n', '\n').replaceAll('\\t', '\t') };
};

/** Fills a template: `{w}` with each word of its group, any other slot with the values that come next. */
function* expand(groups, slots, [group, label, template]) {
  const words = groups.get(group);
  if (!words) throw new Error(`templates.tsv: no group ${group}`);
  for (const [index, word] of words.entries()) {
    const sentence = template.replaceAll('{w}', word).replace(/\{(\w+)\}/g, (_, slot) => {
      const values = slots.get(slot);
      if (!values) throw new Error(`templates.tsv: no slot ${slot}`);
      return values[(index * 7 + template.length) % values.length];
    });
    yield toExample([word, label, sentence], 'templates.tsv');
  }
}

/** The sentences to learn from: those written one by one, and those made of templates. */
export function trainingExamples() {
  const lists = (file) => new Map(rowsOf(file).map(([name, values]) => [name, values.split('; ')]));
  const groups = lists('groups.tsv');
  const slots = lists('slots.tsv');
  const written = readdirSync(folder)
    .filter((file) => /^train-.*\.tsv$/.test(file))
    .sort()
    .flatMap((file) => rowsOf(file).map((row) => toExample(row, file)));
  const made = rowsOf('templates.tsv').flatMap((row) => [...expand(groups, slots, row)]);
  return { written, made };
}

/** Sentences that nothing was learned from. */
export const heldOutExamples = () => rowsOf('held-out.tsv').map((row) => toExample(row, 'held-out.tsv'));

/** What the classifier sees of an example: the features of the word's first place in it. */
export function featuresOfExample({ word, sentence }) {
  const matches = matcher(sentence);
  const target = matches.findIndex(({ term, rule }) => rule === 'judged' && term.toLowerCase() === word.toLowerCase());
  if (target < 0) throw new Error(`"${sentence}" does not hold the ambiguous term ${word}`);
  const { start, end, term } = matches[target];
  const { tokens, at } = tokenize(sentence, matches);
  const lines = sentence.slice(0, start).split('\n').length - 1;
  return featuresOf({
    term: term.toLowerCase(),
    letters: lettersOf(sentence.slice(start, end), term),
    section: sectionByLine(findSections(sentence.split('\n')))[lines] ?? 'header',
    tokens,
    at: at[target],
  });
}
