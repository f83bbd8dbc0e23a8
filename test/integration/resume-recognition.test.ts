import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { ResumeAnalysis } from '#src/resumes/analyze/index.js';
import { namedOperations, operationNames, withDocument } from '#src/resumes/extract/pdf-document.js';
import { createReader } from '#src/resumes/index.js';
import { type DecodedPicture, type GrayPicture, toGray } from '#src/resumes/recognize/gray-picture.js';
import { type PicturePage, picturePdf } from '../support/picture-pdf.js';
import { openResumes } from '../support/resumes.js';

const root = path.join(import.meta.dirname, '../..');
const fixture = path.join(root, 'test/fixtures/resumes/46-java-developer-scanned.pdf');
const scan = readFileSync(fixture);
const reader = createReader();
afterAll(() => reader.close());

/** The picture on the only page of the scan. */
const whole = await withDocument(scan, 16_000_000, async (pdf, pdfjs) => {
  const page = await pdf.getPage(1);
  const operations = [...namedOperations(await page.getOperatorList(), operationNames(pdfjs))];
  const name = operations.find((operation) => operation.name === 'paintImageXObject')?.args[0];
  return toGray(await new Promise<DecodedPicture>((resolve) => page.objs.get(name as string, resolve)))!;
});

/** Some rows of a picture. */
const rows = ({ width, pixels }: GrayPicture, from: number, to: number): GrayPicture => ({
  width,
  height: to - from,
  pixels: pixels.slice(from * width, to * width),
});

/** The name and the first lines: less to read than the whole. */
const head = rows(whole, 0, 400);
const size = { width: (head.width * 72) / 150, height: (head.height * 72) / 150 };
const headPage: PicturePage = { ...size, pictures: [{ picture: head, x: 0, y: 0, ...size }] };

/** Turns a picture to the left. */
function turnLeft({ width, height, pixels }: GrayPicture): GrayPicture {
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[(width - 1 - x) * height + y] = pixels[y * width + x]!;
  }
  return { width: height, height: width, pixels: turned };
}

const noise = (side: number): GrayPicture => {
  const pixels = new Uint8Array(side * side);
  let state = 1;
  for (let index = 0; index < pixels.length; index++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    pixels[index] = state >> 16;
  }
  return { width: side, height: side, pixels };
};

describe('a PDF of pictures only', () => {
  it('is read with what the layout tells, and says that it was recognised', { timeout: 60_000 }, async () => {
    const extraction = await reader.extract(scan);
    expect(extraction).toMatchObject({ type: 'pdf', pages: 1, language: 'en', hidden: null, truncated: false, recognized: true });
    expect(extraction.text).toMatch(/^Casimir Holt\nSenior Java Developer\ncasimir\.holt@example\.org \| \+44 161 496 0129/);
    expect(extraction.text).toContain('\nSenior Java Developer\tMay 2020 - Present\n');
    expect(extraction.text).toContain('\n• Brought unit testing to a team of nine.\n');
  });

  it('is read upright, whichever way its page is turned', { timeout: 60_000 }, async () => {
    const [width, height] = [size.height, size.width];
    const picture = { picture: turnLeft(head), x: 0, y: 0, width, height };
    const { text } = await reader.extract(picturePdf([{ width, height, rotate: 90, pictures: [picture] }]));
    expect(text).toMatch(/^Casimir Holt\nSenior Java Developer\n/);
  });

  it('is read across the strips that a picture comes in', { timeout: 60_000 }, async () => {
    // The cut goes through the middle of a line.
    const cut = 98;
    const lower = size.height * (1 - cut / head.height);
    const strips = [
      { picture: rows(head, 0, cut), x: 0, y: lower, width: size.width, height: size.height - lower },
      { picture: rows(head, cut, head.height), x: 0, y: 0, width: size.width, height: lower },
    ];
    const { text } = await reader.extract(picturePdf([{ ...size, pictures: strips }]));
    expect(text).toMatch(/^Casimir Holt\nSenior Java Developer\n/);
  });

  it('is read up to its fifth page', { timeout: 60_000 }, async () => {
    const { text, pages, truncated } = await reader.extract(picturePdf(Array.from({ length: 7 }, () => headPage)));
    expect({ names: text.match(/Casimir Holt/g)?.length, pages, truncated }).toEqual({ names: 5, pages: 7, truncated: true });
  });

  it.each([
    ['without text on them', noise(300)],
    ['that are white', { width: 2, height: 2, pixels: new Uint8Array(4).fill(255) }],
  ])('%s is refused', { timeout: 60_000 }, async (_, picture) => {
    const page = { width: 300, height: 300, pictures: [{ picture, x: 0, y: 0, width: 300, height: 300 }] };
    await expect(reader.extract(picturePdf([page]))).rejects.toMatchObject({ code: 'RESUME_NO_TEXT', permanent: true });
  });

  it('is refused where the packages for it are not installed', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'journeyman-without-'));
    try {
      const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
      for (const name of Object.keys(dependencies)) {
        const link = path.join(folder, 'node_modules', name);
        mkdirSync(path.dirname(link), { recursive: true });
        symlinkSync(path.join(root, 'node_modules', name), link);
      }
      cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
      cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
      const program = `
        import { readFileSync } from 'node:fs';
        import { createReader } from './dist/resumes/index.js';
        const result = await createReader().extract(readFileSync(${JSON.stringify(fixture)})).catch((error) => error);
        process.stdout.write(result.code);
      `;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
      expect(stdout).toBe('RESUME_NO_TEXT');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('an analysis of recognised text warns of errors, also when the text was read before', { timeout: 120_000 }, async () => {
  const resumes = await openResumes();
  try {
    const { resumeId, userId } = await resumes.upload(picturePdf([headPage]));
    const analyze = async () => {
      await resumes.analyze(resumeId);
      const { analysis } = await resumes.resumeRow(resumeId);
      return analysis as ResumeAnalysis;
    };
    const first = await analyze();
    expect(first.file.recognized).toBe(true);
    expect(first.warnings.map(({ code }) => code)).toContain('RECOGNIZED');
    expect((await resumes.skillsOf(userId)).has('Java')).toBe(true);
    await resumes.db.updateTable('resumes').set({ status: 'processing', analysis: null }).where('id', '=', resumeId).execute();
    expect(await analyze()).toEqual(first);
  } finally {
    await resumes.close();
  }
});
