// Training and measuring of the classifier of ambiguous terms.
import { bucketOf, buckets, probability } from '../../dist/resumes/analyze/disambiguate/model.js';
import { step, weights } from '../../dist/resumes/analyze/disambiguate/weights.js';
import { featuresOfExample, heldOutExamples } from './skill-contexts.mjs';

const epochs = 40;
const rate = 0.15;
/** How much of a weight is taken back at each example that has the feature. */
const decay = 2e-4;

/** Numbers from 0 to 1 that are the same in every run. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffle(list, random) {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other], list[index]];
  }
}

/** Logistic regression by stochastic gradient descent, with steps that shrink for features seen often. Gives weights of 8 bits. */
export function train(examples, seed = 1) {
  const random = randomOf(seed);
  const rows = examples.map((example) => ({
    label: example.label,
    weight: example.weight ?? 1,
    features: [...new Set(featuresOfExample(example).map(bucketOf))],
  }));
  const values = new Float64Array(buckets);
  const seen = new Float64Array(buckets).fill(1);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(rows, random);
    for (const { label, weight, features } of rows) {
      let sum = 0;
      for (const feature of features) sum += values[feature];
      const gradient = weight * (1 / (1 + Math.exp(-sum)) - label);
      for (const feature of features) {
        seen[feature] += gradient * gradient;
        values[feature] -= (rate / Math.sqrt(seen[feature])) * gradient + decay * values[feature];
      }
    }
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const stepOf8Bits = largest / 127;
  return { step: stepOf8Bits, weights: Int8Array.from(values, (value) => Math.round(value / stepOf8Bits)) };
}

const committed = () => ({ step, weights: new Int8Array(Buffer.from(weights, 'base64')) });

/**
 * How well a model, the committed one unless another is given, tells skills from common words in sentences that it was not
 * trained with.
 *
 * @returns accuracy, and by word the accuracy, the number of examples and those that were judged wrong.
 */
export function evaluateClassifier({ model = committed(), examples = heldOutExamples() } = {}) {
  const words = new Map();
  for (const example of examples) {
    const chance = probability(model, featuresOfExample(example));
    const word = words.get(example.word.toLowerCase()) ?? { right: 0, count: 0, wrong: [] };
    word.count++;
    if (chance >= 0.5 === (example.label === 1)) word.right++;
    else word.wrong.push({ sentence: example.sentence, label: example.label, chance: Math.round(chance * 100) / 100 });
    words.set(example.word.toLowerCase(), word);
  }
  const all = [...words.values()];
  const right = all.reduce((sum, word) => sum + word.right, 0);
  return {
    accuracy: right / examples.length,
    examples: examples.length,
    words: Object.fromEntries(
      [...words].sort().map(([word, found]) => [word, { ...found, accuracy: found.right / found.count }]),
    ),
  };
}
