// Trains the classifier of ambiguous terms from data/skill-contexts and writes its weights. The same data give the same weights.
import { writeFileSync } from 'node:fs';
import { evaluateClassifier, train } from './lib/skill-classifier.mjs';
import { heldOutExamples, trainingExamples } from './lib/skill-contexts.mjs';

const target = new URL('../src/resumes/analyze/disambiguate/weights.ts', import.meta.url);
const { written, made } = trainingExamples();
// A sentence that someone wrote says more than one of many from a template.
const model = train([...written.map((example) => ({ ...example, weight: 2 })), ...made]);
writeFileSync(
  target,
  `// Written by \`npm run train:skills\`; not to be changed by hand.
export const step = ${model.step};
export const weights =
  '${Buffer.from(model.weights.buffer).toString('base64')}';
`,
);

const { accuracy, examples, words } = evaluateClassifier({ model, examples: heldOutExamples() });
console.log(`Learned from ${written.length} written sentences and ${made.length} made of templates.`);
for (const [word, { right, count, wrong }] of Object.entries(words)) {
  if (wrong.length > 0) console.log(`${word}: ${right} of ${count}`);
  for (const { sentence, label, chance } of wrong) console.log(`  ${label} ${chance}  ${JSON.stringify(sentence)}`);
}
console.log(`${(accuracy * 100).toFixed(1)}% of ${examples} held-out sentences are judged rightly.`);
