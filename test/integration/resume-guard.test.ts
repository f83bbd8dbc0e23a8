import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import PDFDocument from 'pdfkit';
import { afterEach, describe, expect, it } from 'vitest';
import { startChild } from '#src/resumes/guard/child-process.js';
import { createReader, type ReaderOptions, type ResumeReader } from '#src/resumes/guard/reader.js';
import { until } from '../support/kit.js';

const example = (name: string) => readFileSync(fileURLToPath(new URL(`../../examples/resumes/${name}`, import.meta.url)));

const opened: ResumeReader[] = [];
function open(options?: ReaderOptions): ResumeReader {
  const reader = createReader(options);
  opened.push(reader);
  return reader;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((reader) => reader.close()));
});

async function pdf(draw: (document: PDFKit.PDFDocument) => void, options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> {
  const document = new PDFDocument(options);
  draw(document);
  document.end();
  return Buffer.concat(await document.toArray());
}

/** A PDF whose pages all have the same content, which is packed twice and so takes next to nothing: 120 MB take 1.3 kB. */
function packedPdf(content: string, pages: number): Buffer {
  const packed = deflateSync(deflateSync(Buffer.from(content)));
  const page =
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>';
  const numbers = Array.from({ length: pages }, (_, index) => index + 4);
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n'),
    Buffer.from(`2 0 obj<</Type/Pages/Count ${pages}/Kids[${numbers.map((number) => `${number} 0 R`).join(' ')}]>>endobj\n`),
    Buffer.from(numbers.map((number) => `${number} 0 obj${page}endobj\n`).join('')),
    Buffer.from(`3 0 obj<</Length ${packed.length}/Filter[/FlateDecode/FlateDecode]>>stream\n`),
    packed,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n'),
  ]);
}
/** Keeps a processor busy for minutes, in little memory. */
const endlessPdf = packedPdf('zz\n'.repeat(3_000_000), 90);
/** Takes gigabytes, if it may. */
const hugePdf = packedPdf('BT /F 12 Tf 10 700 Td (hello big world) Tj ET\n'.repeat(3_000_000), 1);

const docx = (files: Record<string, string | Uint8Array>) =>
  Buffer.from(
    zipSync({
      '[Content_Types].xml': strToU8('<Types/>'),
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, typeof text === 'string' ? strToU8(text) : text])),
    }),
  );
const wordDocument = (text: string) =>
  `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`;
const sentence = 'Jo Doe has worked as a nurse for many years.';
const bigDocument = wordDocument('a'.repeat(15_000_000));

/** A DOCX whose headers declare that its document has 100 bytes. */
function lyingDocx(document: Buffer): Buffer {
  const file = docx({ 'word/document.xml': document });
  const size = Buffer.alloc(4);
  size.writeUInt32LE(document.length);
  for (let at = file.indexOf(size); at !== -1; at = file.indexOf(size)) file.writeUInt32LE(100, at);
  return file;
}

/** A DOCX that one program reads in one way and another in another. */
const doubledDocx = Buffer.from(
  docx({ 'word/document.xml': wordDocument(sentence), 'word/documenu.xml': wordDocument('Something else.') })
    .toString('latin1')
    .replaceAll('documenu', 'document'),
  'latin1',
);

const odt = (content: string, manifest = '<manifest/>') =>
  Buffer.from(
    zipSync({
      mimetype: [strToU8('application/vnd.oasis.opendocument.text'), { level: 0 }],
      'content.xml': strToU8(content),
      'META-INF/manifest.xml': strToU8(manifest),
    }),
  );

describe('files that can be read', () => {
  it.each([
    ['backend-engineer.pdf', 'pdf', 1, ['Amara Okonkwo', 'Senior Backend Engineer\tMarch 2021 – Present']],
    [
      'data-scientist-two-columns.pdf',
      'pdf',
      1,
      ['Tomás Ferreira', 'pandas\nscikit-learn', 'cut\nbalancing costs by 11 percent.'],
    ],
    ['nurse.docx', 'docx', null, ['Maren Lindqvist, RN', 'Languages\tSwedish, English, German', '• Trained 20 new']],
    ['product-designer.txt', 'txt', null, ['Yuki Tanabe', '- Owns the design system']],
  ])('%s', async (file, type, pages, texts) => {
    const extraction = await open().extract(example(file));
    expect(extraction).toMatchObject({ type, pages, truncated: false });
    for (const text of texts) expect(extraction.text).toContain(text);
  });

  it('a text longer than what is kept is cut, and says so', async () => {
    const { text, truncated } = await open().extract(Buffer.from('résumé 😀 '.repeat(100_000)));
    expect({ length: text.length, truncated }).toEqual({ length: expect.closeTo(500_000, -1), truncated: true });
  });

  it('a text with NULs and broken characters loses them', async () => {
    const { text } = await open().extract(Buffer.from(`Jo\0 Doe\0, \uFFFE${sentence}`));
    expect(text).not.toContain('\0');
    expect(text).toContain(sentence);
  });

  it('a PDF of more than 100 pages is read up to there, and says so', async () => {
    const file = await pdf((document) => {
      for (let page = 2; page <= 120; page++) document.addPage().text(`This is page ${page}.`);
    });
    const { text, pages, truncated } = await open().extract(file);
    expect({ pages, truncated }).toEqual({ pages: 120, truncated: true });
    expect(text).toContain('This is page 100.');
    expect(text).not.toContain('This is page 101.');
  });

  it('entries with names that lead out of the archive are never read', async () => {
    const file = docx({ 'word/document.xml': wordDocument(sentence), '../../word/header1.xml': '<broken', '/etc/passwd': 'x' });
    await expect(open().extract(file)).resolves.toMatchObject({ text: sentence });
  });

  it('a header that each section repeats is read once', async () => {
    const header = wordDocument('Jo Doe, jo@example.com');
    const file = docx({ 'word/header1.xml': header, 'word/header2.xml': header, 'word/document.xml': wordDocument(sentence) });
    expect((await open().extract(file)).text).toBe(`Jo Doe, jo@example.com\n\n${sentence}`);
  });
});

describe('files that cannot', async () => {
  const picture = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const cases: [name: string, file: Buffer, code: string][] = [
    ['an empty file', Buffer.alloc(0), 'RESUME_EMPTY'],
    ['a program named .pdf', Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1'), 'RESUME_TYPE_UNSUPPORTED'],
    ['a PDF cut to its first bytes', example('backend-engineer.pdf').subarray(0, 400), 'RESUME_CORRUPT'],
    ['a PDF of nonsense', Buffer.from(`%PDF-1.7\n${'nonsense '.repeat(100)}`), 'RESUME_CORRUPT'],
    ['a protected PDF', await pdf((document) => document.text(sentence), { userPassword: 'secret' }), 'RESUME_ENCRYPTED'],
    ['a PDF with a picture only', await pdf((document) => document.image(picture, 0, 0, { width: 500 })), 'RESUME_NO_TEXT'],
    ['a blank text', Buffer.from(' \n\t\n '.repeat(100)), 'RESUME_NO_TEXT'],
    ['a cut DOCX', example('nurse.docx').subarray(0, 1500), 'RESUME_CORRUPT'],
    ['a DOCX bomb', docx({ 'word/document.xml': Buffer.alloc(20_000_000, ' ') }), 'RESUME_LIMIT_EXCEEDED'],
    ['a DOCX bomb that declares a small size', lyingDocx(Buffer.alloc(20_000_000, ' ')), 'RESUME_LIMIT_EXCEEDED'],
    [
      'a DOCX of parts that are too much together',
      docx(Object.fromEntries(['', 1, 2].map((number) => [`word/document${number}.xml`, bigDocument]))),
      'RESUME_LIMIT_EXCEEDED',
    ],
    ['a DOCX with two documents of one name', doubledDocx, 'RESUME_CORRUPT'],
    ['a protected ODT', odt('<text/>', '<manifest:encryption-data/>'), 'RESUME_ENCRYPTED'],
    ['a broken ODT', odt('<office:text><text:p>'), 'RESUME_CORRUPT'],
    ['an RTF nested without end', Buffer.from(`{\\rtf1${'{'.repeat(100_000)}`), 'RESUME_CORRUPT'],
    ['a page whose text is all hidden', Buffer.from(`<!doctype html><p style="display:none">${sentence}`), 'RESUME_NO_TEXT'],
    [
      'a DOCX that declares a document type',
      docx({ 'word/document.xml': `<!DOCTYPE x [<!ENTITY a "aaaa">]>${wordDocument('&a;')}` }),
      'RESUME_CORRUPT',
    ],
    ['a DOCX nested without end', docx({ 'word/document.xml': '<w:p>'.repeat(100_000) }), 'RESUME_CORRUPT'],
    [
      'a DOCX of too many parts',
      docx(Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`word/media/${index}`, '']))),
      'RESUME_LIMIT_EXCEEDED',
    ],
    ['an archive with no document', docx({ 'data/a.xml': '<a/>' }), 'RESUME_TYPE_UNSUPPORTED'],
    [
      'a protected Office file',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(5000), Buffer.from('EncryptedPackage', 'utf16le')]),
      'RESUME_ENCRYPTED',
    ],
  ];

  it.each(cases)('%s', async (_, file, code) => {
    await expect(open().extract(file)).rejects.toMatchObject({ code, permanent: true });
  });
});

describe('a file that takes too much', () => {
  it('time: its child is killed, and the next file is read', async () => {
    const reader = open({ timeoutMs: 5000, children: 1 });
    await expect(reader.extract(endlessPdf)).rejects.toMatchObject({
      code: 'RESUME_LIMIT_EXCEEDED',
      values: { limit: 'time' },
    });
    await expect(reader.extract(Buffer.from(sentence))).resolves.toMatchObject({ text: sentence });
  });

  it('memory: its child is killed, and the next file is read', async () => {
    const reader = open({ maxRssBytes: 200 * 1024 * 1024, timeoutMs: 60_000, children: 1 });
    await expect(reader.extract(hugePdf)).rejects.toMatchObject({
      code: 'RESUME_LIMIT_EXCEEDED',
      values: { limit: 'memory' },
    });
    await expect(reader.extract(Buffer.from(sentence))).resolves.toMatchObject({ text: sentence });
  });
});

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a child', () => {
  it('is gone when its run is refused for taking too long', async () => {
    const child = startChild(512 * 1024 * 1024);
    await expect(child.run('extract', endlessPdf, { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'RESUME_LIMIT_EXCEEDED' });
    expect(isRunning(child.pid!)).toBe(false);
  });

  it('is gone when its run is aborted, with the reason given', async () => {
    const child = startChild(512 * 1024 * 1024);
    const aborter = new AbortController();
    const run = child.run('extract', endlessPdf, { timeoutMs: 60_000, signal: aborter.signal });
    aborter.abort(new Error('the worker stops'));
    await expect(run).rejects.toThrow('the worker stops');
    expect(isRunning(child.pid!)).toBe(false);
  });

  it('that is killed from outside is a temporary fault', async () => {
    const child = startChild(512 * 1024 * 1024);
    const run = child.run('extract', endlessPdf, { timeoutMs: 60_000 });
    process.kill(child.pid!, 'SIGKILL');
    await expect(run).rejects.toThrow('ended unexpectedly (SIGKILL)');
    await expect(run).rejects.not.toHaveProperty('permanent');
  });

  it.each([
    ['idle', "Buffer.from('Jo Doe has worked as a nurse.')"],
    ['busy', 'endless'],
  ])('that is %s ends when its parent is killed', async (_, file) => {
    const program = `
      import { startChild } from ${JSON.stringify(new URL('../../dist/resumes/guard/child-process.js', import.meta.url).href)};
      const endless = Buffer.from('${endlessPdf.toString('base64')}', 'base64');
      const child = startChild(4096 * 1024 * 1024);
      const run = child.run('extract', ${file}, { timeoutMs: 600_000 });
      if (${file === 'endless'}) setTimeout(() => console.log(child.pid), 500);
      else await run.then(() => console.log(child.pid));
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout!, 'data');
    const pid = Number(String(line));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });
});

/** The processes that read files for this one. */
async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...command]) => Number(parent) === pid && command.join(' ').includes('guard/child.js'))
    .map(([child]) => Number(child));
}

describe('the reader', () => {
  it('reads more files at once than it has children', async () => {
    const reader = open({ children: 2 });
    const texts = Array.from({ length: 10 }, (_, index) => `${sentence} Number ${index}.`);
    const results = await Promise.all(texts.map((text) => reader.extract(Buffer.from(text))));
    expect(results.map(({ text }) => text)).toEqual(texts);
  });

  it('reads nothing when it is aborted before its turn', async () => {
    await expect(open().extract(Buffer.from(sentence), AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  it('starts anew when a warm child has died', async () => {
    const reader = open({ children: 1 });
    await reader.extract(Buffer.from(sentence));
    const [pid] = await childrenOf(process.pid);
    process.kill(pid!, 'SIGKILL');
    await until(() => !isRunning(pid!));
    await expect(reader.extract(Buffer.from(sentence))).resolves.toMatchObject({ text: sentence });
  });

  it('lets a program that never closes it end', async () => {
    const program = `
      import { createReader } from ${JSON.stringify(new URL('../../dist/resumes/index.js', import.meta.url).href)};
      await createReader().extract(Buffer.from('${sentence}'));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
