/**
 * Makes test/fixtures/resumes from the people in its folder `people`: a file for each, and `expected.json` with what a careful
 * reader finds in them. The output is the same in every run. Where there is no Chromium (CHROMIUM, or `chromium` in the path) or no
 * LibreOffice (SOFFICE, or `soffice`), the files that they make are left as they are. LibreOffice writes another file each time,
 * so one that is there is left too: delete it to have it made anew.
 *
 * People with an odd number are held out: nothing is tuned on them.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDocx } from './fixture-resumes/docx.mjs';
import { writeHtml } from './fixture-resumes/html.mjs';
import { saveInWriter } from './fixture-resumes/libreoffice.mjs';
import { writeOdt } from './fixture-resumes/odt.mjs';
import { drawPdf, printPdf } from './fixture-resumes/pdf.mjs';
import { readPeople } from './fixture-resumes/person.mjs';
import { writeRtf } from './fixture-resumes/rtf.mjs';
import { scanPdf } from './fixture-resumes/scan.mjs';
import { writeMarkdown, writeText } from './fixture-resumes/text.mjs';

const folder = fileURLToPath(new URL('../test/fixtures/resumes/', import.meta.url));
const writers = { docx: writeDocx, odt: writeOdt, rtf: writeRtf, html: writeHtml, md: writeMarkdown, txt: writeText };
const chromium = process.env.CHROMIUM ?? 'chromium';
const soffice = process.env.SOFFICE ?? 'soffice';
/** What makes files with a program of its own, by the name in a person's `made`. */
const programs = {
  chromium: { command: chromium, write: printPdf },
  scanner: { command: chromium, write: scanPdf },
  libreoffice: { command: soffice, write: saveInWriter, once: true },
};

function isInstalled(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
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
const installed = new Set([chromium, soffice].filter(isInstalled));
const skipped = [];
for (const person of people) {
  const file = path.join(folder, `${person.id}.${person.type}`);
  const program = programs[person.by];
  if (program?.once && existsSync(file)) continue;
  if (program && !installed.has(program.command)) {
    skipped.push(person.id);
    continue;
  }
  const write = program ? (each) => program.write(each, program.command) : (writers[person.type] ?? drawPdf);
  await writeFile(file, await write(person));
}

const expected = Object.fromEntries(
  people.map(({ id, type, expected }) => [
    `${id}.${type}`,
    { half: Number.parseInt(id, 10) % 2 ? 'held-out' : 'tuning', ...expected },
  ]),
);
await writeFile(path.join(folder, 'expected.json'), `${foldLists(JSON.stringify(expected, null, 2))}\n`);
process.stdout.write(
  `${people.length} people; not made, as there is no Chromium or LibreOffice: ${skipped.join(', ') || 'none'}\n`,
);
