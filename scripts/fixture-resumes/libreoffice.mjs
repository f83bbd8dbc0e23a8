/** Documents as LibreOffice Writer saves them, from a page with a table for the head of each job. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeHtml } from './html.mjs';

const filters = { odt: 'odt:writer8', docx: 'docx:MS Word 2007 XML', pdf: 'pdf:writer_pdf_Export' };

const withTables = (html) =>
  html.replace(
    /<div class="job"><b>(.*?)<\/b>\n<span>(.*?)<\/span><\/div>/g,
    '<table width="100%"><tr><td><b>$1</b></td><td align="right">$2</td></tr></table>',
  );

/** @returns {Promise<Buffer>} */
export async function saveInWriter(person, soffice) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'resume-'));
  const convert = (file, to) =>
    promisify(execFile)(soffice, [
      `-env:UserInstallation=file://${folder}/profile`,
      '--headless',
      ...(file.endsWith('.html') ? ['--infilter=HTML (StarWriter)'] : []),
      '--convert-to',
      to,
      '--outdir',
      folder,
      file,
    ]);
  try {
    const page = path.join(folder, 'page.html');
    await writeFile(page, withTables(writeHtml(person).toString()));
    await convert(page, filters.odt);
    if (person.type !== 'odt') await convert(path.join(folder, 'page.odt'), filters[person.type]);
    return await readFile(path.join(folder, `page.${person.type}`));
  } finally {
    await rm(folder, { recursive: true });
  }
}
