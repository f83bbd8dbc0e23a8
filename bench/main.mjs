/**
 * Runs a benchmark: `npm run bench -- NAME [--quick]`.
 * Prints tables for people; the last line is one line of JSON: bench, ours, peers, ratios.
 */
import { readdirSync } from 'node:fs';
import { print } from './support/report.mjs';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== 'main.mjs')
  .map((file) => file.slice(0, -'.mjs'.length));

const [name, ...flags] = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--quick');
if (!names.includes(name) || unknown.length > 0) {
  process.stderr.write(`Usage: npm run bench -- NAME [--quick]\nNAME is one of: ${names.join(', ')}\n`);
  process.exit(2);
}

const { run } = await import(`./${name}.mjs`);
const { ours, peers, ratios } = await run({ quick: flags.includes('--quick') });
print(JSON.stringify({ bench: name, ours, peers, ratios }));
