import { layOutPage } from './layout.js';
import { maxTextLength } from './normalize.js';
import { load, namedOperations, operationNames, type Page, type Pdf, type Pdfjs, viewOf, withDocument } from './pdf-document.js';
import type { PagePiece, PdfFont } from './pdf-drawing.js';
import { type Operation, type PageDrawing, readPageDrawing } from './pdf-page.js';

/** A resume of more pages is something else; the rest is not read. */
const maxPages = 100;
/** Pictures are decoded only where text may stand on one: of so many pages, and up to so many pixels each. */
const maxPagesWithPictures = 3;
const maxPixels = 16_000_000;

/** The fonts that a page's operations name. They are there some time after the operations. */
async function loadFonts(page: Page, operations: Iterable<Operation>): Promise<PageDrawing['fontOf']> {
  const names = new Set<string>();
  for (const { name, args } of operations) {
    if (name === 'setFont') names.add(String(args[0]));
    if (name !== 'setGState') continue;
    for (const [key, value] of args[0] as [string, unknown][]) if (key === 'Font') names.add(String((value as unknown[])[0]));
  }
  const loadFont = (name: string) =>
    new Promise<[string, PdfFont]>((resolve) => page.commonObjs.get(name, (font: PdfFont) => resolve([name, font])));
  const fonts = new Map(await Promise.all([...names].map(loadFont)));
  return (name) => fonts.get(name);
}

async function readPage(pdf: Pdf, number: number, names: ReadonlyMap<number, string>): Promise<PagePiece[]> {
  const page = await pdf.getPage(number);
  const list = await page.getOperatorList();
  const fontOf = await loadFonts(page, namedOperations(list, names));
  const operations = namedOperations(list, names);
  const pieces = readPageDrawing({ operations, fontOf, view: viewOf(page), rotate: page.rotate });
  page.cleanup();
  return pieces;
}

const lengthOf = (pieces: readonly PagePiece[]) => pieces.reduce((sum, { text }) => sum + text.length, 0);

/** A scanner's page is a picture with the recognised text over it, without ink. */
function isScan(pieces: readonly PagePiece[]): boolean {
  const unpainted = lengthOf(pieces.filter(({ hidden }) => hidden === 'unpainted'));
  return unpainted > 4 * lengthOf(pieces.filter(({ hidden }) => hidden === undefined));
}

async function readPages(pdfjs: Pdfjs, pdf: Pdf, data: Buffer) {
  const names = operationNames(pdfjs);
  // Streams are never packed, so that their types show.
  const hasPictures = /\/Subtype\s*\/Image\b/.test(data.toString('latin1'));
  const count = Math.min(pdf.numPages, maxPages);
  const texts: string[] = [];
  let hidden = '';
  let length = 0;
  let pagesWithPictures = 0;
  let withPictures: ReturnType<typeof load> | undefined;

  /** White text may stand on a picture: look again, with pictures. */
  const lookAgain = async (number: number) => {
    if (++pagesWithPictures > maxPagesWithPictures) return undefined;
    withPictures ??= load(pdfjs, data, maxPixels);
    return readPage(await withPictures.promise, number, names);
  };

  for (let number = 1; number <= count && length <= maxTextLength; number++) {
    let pieces = await readPage(pdf, number, names);
    const isCamouflaged = pieces.some((piece) => piece.hidden === 'camouflaged');
    if (hasPictures && isCamouflaged) pieces = (await lookAgain(number)) ?? pieces;
    const isShown = ({ hidden: reason }: PagePiece) =>
      reason === undefined || (reason === 'unpainted' && hasPictures && isScan(pieces));
    const text = layOutPage(pieces.filter(isShown));
    hidden += pieces
      .filter((piece) => !isShown(piece))
      .map((piece) => `${piece.text} `)
      .join('');
    length += text.length + hidden.length;
    texts.push(text);
  }
  await withPictures?.destroy();
  return { text: texts.join('\n\n'), hidden, isCut: texts.length < pdf.numPages };
}

/**
 * Reads a PDF's text, page by page, the first 100 at most. `hidden` is text that no viewer shows: without ink, in the colour of
 * what is below it, smaller than two points, or outside of the page. Throws RESUME_ENCRYPTED, and a plain
 * error for a broken one.
 */
export const extractPdf = (data: Buffer): Promise<{ text: string; hidden: string; pages: number; isCut: boolean }> =>
  withDocument(data, 1, async (pdf, pdfjs) => ({ ...(await readPages(pdfjs, pdf, data)), pages: pdf.numPages }));
