/**
 * Makes test/fixtures/resumes from the people in its folder `people`: a file for each, and `expected.json` with what a careful
 * reader finds in them. The output is the same in every run. Where there is no Chromium (CHROMIUM, or `chromium` in the path),
 * the files that it prints are left as they are.
 *
 * People with an odd number are held out: nothing is tuned on them.
 */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDocx } from './fixture-resumes/docx.mjs';
import { writeHtml } from './fixture-resumes/html.mjs';
import { writeOdt } from './fixture-resumes/odt.mjs';
import { drawPdf, printPdf } from './fixture-resumes/pdf.mjs';
import { readPeople } from './fixture-resumes/person.mjs';
import { writeRtf } from './fixture-resumes/rtf.mjs';
import { writeMarkdown, writeText } from './fixture-resumes/text.mjs';

const folder = fileURLToPath(new URL('../test/fixtures/resumes/', import.meta.url));
const chromium = process.env.CHROMIUM ?? 'chromium';
const writers = { docx: writeDocx, odt: writeOdt, rtf: writeRtf, html: writeHtml, md: writeMarkdown, txt: writeText };

function hasChromium() {
  try {
    execFileSync(chromium, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Lists in one line where they fit, as the formatter wants them. */
const foldLists = (json) =>
  json.replace(/^.*\[\n[^\]]*\],?$/gm, (list) => {
    const line = list.replace(/\n\s*/g, ' ').replace('[ ', '[').replace(' ]', ']');
    return line.length <= 130 ? line : list;
  });

const people = readPeople(path.join(folder, 'people'));
const canPrint = hasChromium();
const skipped = [];
for (const person of people) {
  const printed = person.by === 'chromium';
  if (printed && !canPrint) {
    skipped.push(person.id);
    continue;
  }
  const write = printed ? (each) => printPdf(each, chromium) : (writers[person.type] ?? drawPdf);
  await writeFile(path.join(folder, `${person.id}.${person.type}`), await write(person));
}

const expected = Object.fromEntries(
  people.map(({ id, type, expected }) => [
    `${id}.${type}`,
    { half: Number.parseInt(id, 10) % 2 ? 'held-out' : 'tuning', ...expected },
  ]),
);
await writeFile(path.join(folder, 'expected.json'), `${foldLists(JSON.stringify(expected, null, 2))}\n`);
process.stdout.write(`${people.length} people; not printed, as there is no Chromium: ${skipped.join(', ') || 'none'}\n`);
