/** PDFs by pdfkit and by Chromium's printing. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import PDFDocument from 'pdfkit';
import { made } from './files.mjs';
import { writePrintable } from './html.mjs';
import { jobHead } from './person.mjs';

const left = 54;
const width = 487;

const draw = {
  heading(pdf, { text }) {
    pdf.moveDown(0.7).font('Helvetica-Bold').fontSize(12).fillColor('#1f3a5f').text(text, left);
    pdf
      .moveTo(left, pdf.y)
      .lineTo(left + width, pdf.y)
      .strokeColor('#9fb3c8')
      .stroke();
    pdf.moveDown(0.4).fontSize(10).fillColor('black');
  },
  job(pdf, job, layout) {
    const { head, aside, lines } = jobHead(job, layout);
    const { y } = pdf.moveDown(0.4);
    pdf.font('Helvetica-Bold').text(head, left, y);
    if (aside) pdf.font('Helvetica').text(aside, left, y, { width, align: 'right' });
    pdf.font('Helvetica-Oblique');
    for (const line of lines) pdf.text(line, left);
  },
  bullet: (pdf, { text }) => pdf.font('Helvetica').list([text], left, pdf.y, { bulletRadius: 1.5, textIndent: 10 }),
  text: (pdf, { text }) => pdf.font('Helvetica').text(text, left),
  row: (pdf, { cells }) => pdf.font('Helvetica').text(cells.join(': '), left),
  /** White on white, one point high. */
  hidden: (pdf, { text }) =>
    pdf.font('Helvetica').fontSize(1).fillColor('white').text(text, left).fontSize(10).fillColor('black'),
};

/** @returns {Promise<Buffer>} */
export async function drawPdf({ name, headline, contact, main, layout }) {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: left,
    info: { Title: `Resume of ${name}`, CreationDate: made, ModDate: made },
  });
  pdf.lineGap(layout.has('two pages') ? 7 : 1);
  pdf.font('Helvetica-Bold').fontSize(20).text(name);
  pdf.font('Helvetica').fontSize(12).text(headline);
  pdf.fontSize(9).text(contact.join('\n')).fontSize(10);
  for (const block of main) draw[block.kind](pdf, block, layout);
  pdf.end();
  return Buffer.concat(await pdf.toArray());
}

/** A page that Chromium prints has the time in it; a date of the same length keeps every offset right. */
const fixDates = (pdf) =>
  Buffer.from(
    pdf.toString('latin1').replace(/\(D:\d{14}[^)]*\)/g, (date) => `(D:20260105090000${date.slice(17)}`),
    'latin1',
  );

/** @returns {Promise<Buffer>} */
export async function printPdf(person, chromium) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'resume-'));
  try {
    const [page, pdf] = [path.join(folder, 'page.html'), path.join(folder, 'page.pdf')];
    await writeFile(page, writePrintable(person));
    await promisify(execFile)(chromium, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-pdf-header-footer',
      `--print-to-pdf=${pdf}`,
      page,
    ]);
    return fixDates(await readFile(pdf));
  } finally {
    await rm(folder, { recursive: true });
  }
}
