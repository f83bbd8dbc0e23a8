/** Counts how well an analysis of the fixtures agrees with what a careful reader finds in them. */

const technicalCategories = new Set([
  'Programming languages',
  'Software development',
  'Mobile development',
  'Data and machine learning',
  'Cloud and infrastructure',
  'Databases and messaging',
  'Networks and IT support',
  'Security',
  'Testing',
]);

const share = (part, whole) => (whole === 0 ? 1 : part / whole);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const shareOf = (cases, holds) => share(cases.filter(holds).length, cases.length);

/** What was found and should be, what is missing, and what should not be there. */
export function compareSkills(found, { skills, mayFind }) {
  const [wanted, accepted] = [new Set(skills), new Set(mayFind)];
  return {
    right: found.filter((name) => wanted.has(name)),
    wrong: found.filter((name) => !wanted.has(name) && !accepted.has(name)),
    missing: skills.filter((name) => !found.includes(name)),
  };
}

function precisionAndRecall(cases, counts) {
  const compared = cases.map(({ found, expected }) => compareSkills(found, expected));
  const total = (of) => sum(compared.map((each) => each[of].filter(counts).length));
  const right = total('right');
  return { precision: share(right, right + total('wrong')), recall: share(right, right + total('missing')) };
}

/**
 * Measures the skills of some resumes.
 *
 * @param cases `{ found, expected }` of each resume; `found` are names of skills.
 * @param taxonomy The skills, whose categories say which are technical.
 * @param isAmbiguous Whether a skill's name is also a common word. Of those, right decisions are counted: found where the
 *   resume claims it, not found where the word only occurs.
 */
export function measureSkills(cases, taxonomy, isAmbiguous) {
  const categories = new Map(taxonomy.map(({ name, category }) => [name, category]));
  const decisions = cases.flatMap(({ found, expected }) => [
    ...expected.skills.filter(isAmbiguous).map((name) => found.includes(name)),
    ...expected.traps.filter(isAmbiguous).map((name) => !found.includes(name)),
  ]);
  return {
    technical: precisionAndRecall(cases, (name) => technicalCategories.has(categories.get(name))),
    all: precisionAndRecall(cases, () => true),
    ambiguous: shareOf(decisions, (right) => right),
    hiddenLeftOut: shareOf(
      cases.flatMap(({ found, expected }) => expected.hidden.map((name) => !found.includes(name))),
      (right) => right,
    ),
  };
}

/** What an analysis tells of a resume besides its skills, each with how it agrees with what was expected. */
export const facts = {
  type: (given, expected) => given.type === expected.type,
  // Whether a name in capitals is kept in capitals is a matter of taste.
  name: (given, expected) => given.name?.toLowerCase() === expected.name.toLowerCase(),
  emails: (given, expected) => String(given.emails) === String(expected.emails),
  jobs: (given, expected) => given.jobs === expected.jobs,
  years: (given, expected) => Math.abs(given.years - expected.years) <= 0.5,
  level: (given, expected) => given.level === expected.level,
  language: (given, expected) => given.language === expected.language,
};

/** The share of resumes for which each fact is right. */
export const measureFacts = (cases) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, agrees]) => [name, shareOf(cases, ({ given, expected }) => agrees(given, expected))]),
  );

/** Every fault of a resume's analysis, in words. */
export function describeFaults({ found, given, expected }) {
  const { wrong, missing } = compareSkills(found, expected);
  const faults = Object.entries(facts)
    .filter(([, agrees]) => !agrees(given, expected))
    .map(([name]) => `${name}: ${JSON.stringify(given[name])} instead of ${JSON.stringify(expected[name])}`);
  if (missing.length > 0) faults.push(`not found: ${missing.join(', ')}`);
  if (wrong.length > 0) faults.push(`wrongly found: ${wrong.join(', ')}`);
  return faults;
}
