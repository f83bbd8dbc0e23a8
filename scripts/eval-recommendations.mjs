/**
 * Measures the recommendations on a made-up platform whose people's interests are known: `npm run eval:recommendations [-- --seed N]`.
 * Prints a table for each kind; the last line is one line of JSON. See docs/evaluations/recommendations.md.
 */
import { parseArgs } from 'node:util';
import { kinds } from '#src/recommendations/engine/index.js';
import { createTally } from './eval-recommendations/measures.mjs';
import { createPopulation } from './eval-recommendations/population.mjs';
import { createRandom } from './eval-recommendations/random.mjs';
import { createChance, createCounting, createEngine, createPopularity } from './eval-recommendations/rankers.mjs';

/** The seed that is reported. Nothing was tuned on it; that was done on others. */
const reportedSeed = 2026;
const size = 10;

const { values } = parseArgs({ options: { seed: { type: 'string', default: String(reportedSeed) } } });
const seed = Number(values.seed);
const population = createPopulation(seed);
const rankers = {
  journeyman: createEngine(population),
  'count of matching skills': createCounting(population),
  popularity: createPopularity(population),
  random: createChance(population, createRandom(seed + 1)),
};

const results = Object.fromEntries(kinds.map((kind) => [kind, {}]));
for (const [name, ranker] of Object.entries(rankers)) {
  const tallies = Object.fromEntries(kinds.map((kind) => [kind, createTally()]));
  for (const [row, person] of population.people.entries()) {
    const recommended = ranker(person, row, size);
    for (const kind of kinds) tallies[kind].add(recommended[kind], person.likes[kind].toFind);
  }
  for (const kind of kinds) results[kind][name] = tallies[kind].result(catalogueSize(kind));
}

function catalogueSize(kind) {
  return population[kind === 'connections' ? 'people' : kind].length;
}

const columns = ['precision', 'recall', 'ndcg', 'coverage'];
for (const kind of kinds) {
  console.log(`| ${kind.padEnd(24)} | precision@10 | recall@10 | NDCG@10 | coverage |`);
  console.log(`|${'-'.repeat(26)}|-------------:|----------:|--------:|---------:|`);
  for (const [name, result] of Object.entries(results[kind])) {
    const cells = columns.map((column, at) => result[column].toFixed(3).padStart([12, 9, 7, 8][at]));
    console.log(`| ${name.padEnd(24)} | ${cells.join(' | ')} |`);
  }
  console.log();
}
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value);
console.log(JSON.stringify({ evaluation: 'recommendations', seed, people: population.people.length, results }, rounded));
