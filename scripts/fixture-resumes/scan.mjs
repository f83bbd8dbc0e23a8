/** A PDF of a picture only, as a scanner makes it: the page that Chromium would print, photographed. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import PDFDocument from 'pdfkit';
import { made } from './files.mjs';
import { writePrintable } from './html.mjs';

const dotsPerInch = 150;
const a4 = { width: 794, height: 1123 };
const asScanned = '<style>html { filter: grayscale(1) contrast(0.85) } body { padding: 60px }</style></head>';

/** @returns {Promise<Buffer>} */
export async function scanPdf(person, chromium) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'resume-'));
  try {
    const [page, picture] = [path.join(folder, 'page.html'), path.join(folder, 'page.png')];
    await writeFile(page, writePrintable(person).replace('</head>', asScanned));
    await promisify(execFile)(chromium, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-lcd-text',
      '--hide-scrollbars',
      `--force-device-scale-factor=${dotsPerInch / 96}`,
      `--window-size=${a4.width},${a4.height}`,
      `--screenshot=${picture}`,
      page,
    ]);
    const pdf = new PDFDocument({ size: 'A4', margin: 0, info: { Title: 'Scan', CreationDate: made, ModDate: made } });
    pdf.image(picture, 0, 0, { width: pdf.page.width, height: pdf.page.height });
    pdf.end();
    return Buffer.concat(await pdf.toArray());
  } finally {
    await rm(folder, { recursive: true });
  }
}
