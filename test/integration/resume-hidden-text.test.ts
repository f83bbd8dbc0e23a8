import PDFDocument from 'pdfkit';
import { afterAll, describe, expect, it } from 'vitest';
import { createReader } from '#src/resumes/guard/reader.js';

const reader = createReader({ children: 1, timeoutMs: 60_000 });
afterAll(() => reader.close());

const sentence = 'Jo Doe has worked as a nurse for many years.';
const stuffing = 'Kubernetes Terraform Rust';
const withoutInk = '3 Tr';
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function read(draw: (document: PDFKit.PDFDocument) => void) {
  const document = new PDFDocument({ size: 'A4' });
  draw(document);
  document.end();
  return reader.extract(Buffer.concat(await document.toArray()));
}

describe('a PDF’s text that nobody sees is left out and reported', () => {
  it.each<[string, (document: PDFKit.PDFDocument) => void]>([
    ['white on the page', (document) => document.fill('white').text(stuffing)],
    ['as dark as the bar below it', (document) => document.rect(0, 150, 600, 100).fill('#102030').text(stuffing, 72, 180)],
    ['smaller than two points', (document) => document.fontSize(1).text(stuffing)],
    ['outside of the page', (document) => document.text(stuffing, 5000, 200, { lineBreak: false })],
    ['transparent', (document) => document.fillOpacity(0).text(stuffing)],
    ['without ink', (document) => document.addContent(withoutInk).text(stuffing)],
    [
      'white beside a picture',
      (document) => document.image(picture, 400, 600, { width: 50 }).fill('white').text(stuffing, 72, 200),
    ],
  ])('%s', async (_, hide) => {
    const { text, hidden } = await read((document) => {
      document.text(sentence);
      hide(document);
    });
    expect(text).toBe(sentence);
    expect(hidden).toEqual({ characters: stuffing.length, excerpt: stuffing });
  });
});

describe('a PDF’s text that can be seen is read', () => {
  it.each<[string, (document: PDFKit.PDFDocument) => void]>([
    ['white on a dark bar', (document) => document.rect(0, 0, 600, 300).fill('#102030').fill('white').text(sentence)],
    [
      'white on a picture',
      (document) => document.image(picture, 0, 0, { width: 600, height: 800 }).fill('white').text(sentence, 72, 200),
    ],
    [
      'white on a gradient',
      (document) => {
        const gradient = document.linearGradient(0, 0, 600, 0).stop(0, 'navy').stop(1, 'black');
        document.rect(0, 0, 600, 300).fill(gradient).fill('white').text(sentence);
      },
    ],
    [
      'recognised by a scanner, and laid over its picture',
      (document) => document.image(picture, 0, 0, { width: 600 }).addContent(withoutInk).text(sentence, 72, 200),
    ],
    ['on a page that is turned', (document) => document.rotate(90, { origin: [300, 300] }).text(sentence, 100, 300)],
    ['with letters set apart', (document) => document.text(sentence, { characterSpacing: 6, width: 5000 })],
  ])('%s', async (_, draw) => {
    await expect(read(draw)).resolves.toMatchObject({ text: sentence, hidden: null });
  });
});
