/**
 * Writes files that harm careless readers into a folder: `node scripts/make-hostile-files.mjs FOLDER`. With them comes
 * `outcomes.json`, which says for each how reading it may end: `reads`, or the code of a permanent error. Made anew each time, and
 * always the same, so that nothing hostile lies in the repository.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { archives } from './hostile-files/archives.mjs';
import { pdfs } from './hostile-files/pdfs.mjs';
import { texts } from './hostile-files/texts.mjs';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: node scripts/make-hostile-files.mjs FOLDER');
const files = { ...pdfs, ...archives, ...texts };

await mkdir(folder, { recursive: true });
for (const [name, { make }] of Object.entries(files)) await writeFile(path.join(folder, name), await make());
const outcomes = Object.fromEntries(Object.entries(files).map(([name, { outcomes }]) => [name, outcomes]));
await writeFile(path.join(folder, 'outcomes.json'), JSON.stringify(outcomes));
