/**
 * Evaluates the analysis of resumes on the fixtures: `npm run eval:resumes [-- --faults]`.
 * Prints tables and writes them into docs/evaluations/resumes.md; `--faults` names every fault on the tuning half instead. The
 * last line is one line of JSON: bench, ours, peers, ratios.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ambiguityOf } from '#src/resumes/analyze/ambiguous-terms.js';
import { analyzeResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { createReader } from '#src/resumes/index.js';
import { profileSkills } from '#src/resumes/proficiency.js';
import { taxonomy } from '#src/skills/index.js';
import { fillIn, print, table } from '../bench/support/report.mjs';
import { describeFaults, measureFacts, measureSkills } from './lib/resume-evaluation.mjs';
import { evaluateClassifier } from './lib/skill-classifier.mjs';
import { searchSubstrings, searchWords } from './lib/skill-search.mjs';

const folder = path.join(import.meta.dirname, '../test/fixtures/resumes');
/** The fixtures' jobs end in this month. */
const now = new Date('2026-01-15T12:00:00Z');
const halves = ['tuning', 'held-out'];
const systems = { ours: 'the analysis', substrings: 'substrings', words: 'whole words' };

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ ...skill, id: index + 1 })));
const search = { substrings: searchSubstrings(taxonomy), words: searchWords(taxonomy) };
const isAmbiguousTerm = ({ name, aliases, category }) =>
  [name, ...aliases].some((term) => ambiguityOf(term, category) === 'judged');
const ambiguous = new Set(taxonomy.filter(isAmbiguousTerm).map(({ name }) => name));

/** Reads every fixture and analyses it, in each way. */
async function readFixtures() {
  const known = new Set(taxonomy.map(({ name }) => name));
  const reader = createReader();
  const cases = [];
  for (const [file, expected] of Object.entries(JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')))) {
    const unknown = [...expected.skills, ...expected.mayFind, ...expected.traps, ...expected.hidden].filter(
      (name) => !known.has(name),
    );
    if (unknown.length > 0) throw new Error(`${file} expects skills that the taxonomy lacks: ${unknown.join(', ')}`);
    cases.push({ file, expected, ...(await readFixture(reader, file)) });
  }
  await reader.close();
  return cases;
}

async function readFixture(reader, name) {
  const { type, text, language, ...file } = await extract(reader, readFileSync(path.join(folder, name)));
  const { skills, experience, contact } = analyzeResume(text, matcher, now, file);
  const given = {
    type,
    name: contact.name,
    emails: contact.emails,
    jobs: experience.jobs.length,
    years: experience.totalYears,
    level: experience.level,
    language,
  };
  const ours = profileSkills(skills).map(({ skillId }) => taxonomy[skillId - 1].name);
  return { given, found: { ours, substrings: search.substrings(text), words: search.words(text) } };
}

/** A file that can't be read counts like an empty one. */
async function extract(reader, data) {
  try {
    return await reader.extract(data);
  } catch (error) {
    return { type: error.code, text: '', pages: null, language: null, hidden: null, truncated: false, recognized: false };
  }
}

const ofSystem = (cases, system) => cases.map(({ expected, found }) => ({ expected, found: found[system] }));
const ofHalf = (cases, half) => cases.filter(({ expected }) => expected.half === half);
const rounded = (value) => Number(value.toFixed(3));
const roundAll = (values) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? rounded(value) : roundAll(value)]),
  );

function measure(cases) {
  const skills = Object.keys(systems).map((system) => [
    system,
    measureSkills(ofSystem(cases, system), taxonomy, (name) => ambiguous.has(name)),
  ]);
  return roundAll({ resumes: cases.length, ...Object.fromEntries(skills), facts: measureFacts(cases) });
}

function describe(measured, classifier) {
  const skills = table(
    ['skills', 'half', 'technical: precision', 'recall', 'all: precision', 'recall', 'ambiguous words', 'hidden text left out'],
    halves.flatMap((half) =>
      Object.entries(systems).map(([system, name]) => {
        const { technical, all, ambiguous, hiddenLeftOut } = measured[half][system];
        return [name, half, technical.precision, technical.recall, all.precision, all.recall, ambiguous, hiddenLeftOut];
      }),
    ),
  );
  const facts = table(
    ['facts that are right', 'resumes', ...Object.keys(measured.tuning.facts)],
    halves.map((half) => [half, measured[half].resumes, ...Object.values(measured[half].facts)]),
  );
  const { accuracy, examples, words } = classifier;
  return `${skills}\n\n${facts}\n\nThe classifier of ambiguous words by itself is right on ${accuracy} of ${examples} held-out sentences with ${words} words.`;
}

/** How many times as good: `ours` over what a simple search reaches on the same half. */
const ratioOf = (ours, theirs) => (theirs === 0 ? null : rounded(ours / theirs));

const cases = await readFixtures();
if (process.argv.includes('--faults')) {
  for (const { file, expected, given, found } of ofHalf(cases, 'tuning')) {
    const faults = describeFaults({ expected, given, found: found.ours });
    if (faults.length > 0) print(`${file}\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
} else {
  const measured = Object.fromEntries(halves.map((half) => [half, measure(ofHalf(cases, half))]));
  const { accuracy, examples, words: judged } = evaluateClassifier();
  const classifier = { accuracy: rounded(accuracy), examples, words: Object.keys(judged).length };
  const report = describe(measured, classifier);
  print(`\n${report}\n`);
  fillIn(path.join(import.meta.dirname, '../docs/evaluations/resumes.md'), 'results', report);
  const { ours, substrings, words, facts } = measured['held-out'];
  const compare = (theirs) => ({
    technicalPrecision: ratioOf(ours.technical.precision, theirs.technical.precision),
    technicalRecall: ratioOf(ours.technical.recall, theirs.technical.recall),
    allPrecision: ratioOf(ours.all.precision, theirs.all.precision),
    ambiguous: ratioOf(ours.ambiguous, theirs.ambiguous),
  });
  print(
    JSON.stringify({
      bench: 'eval-resumes',
      ours: {
        heldOut: { skills: ours, facts },
        tuning: { skills: measured.tuning.ours, facts: measured.tuning.facts },
        classifier,
      },
      peers: { substrings, words },
      ratios: { substrings: compare(substrings), words: compare(words) },
    }),
  );
}
