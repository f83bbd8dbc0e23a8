import { coded, JourneymanError } from '../../errors.js';
import { type Extraction, toExtraction } from '../extract/extract-text.js';
import { detectFileType } from '../extract/file-type.js';
import { namedOperations, operationNames, type Page, type Pdf, viewOf, withDocument } from '../extract/pdf-document.js';
import { readPagePictures } from '../extract/pdf-page.js';
import { type DecodedPicture, type GrayPicture, toGray } from './gray-picture.js';
import { paint, startPage } from './painted-page.js';
import { type Recognizer, startRecognizer } from './recognizer.js';

/** The rest is not read: a page takes seconds. */
const maxPages = 5;
/** A picture of more pixels is left out. */
const maxPicturePixels = 16_000_000;
/** What a page is brought to at most: A4 with 300 dots an inch. */
const maxPagePixels = 8_700_000;

/** pdf.js hands out a picture by its name, some time after the operations; small ones are in the operations themselves. */
async function decode(page: Page, source: unknown): Promise<GrayPicture | undefined> {
  const name = typeof source === 'string' ? source : (source as { data?: unknown } | null)?.data;
  const objects = typeof name === 'string' && name.startsWith('g_') ? page.commonObjs : page.objs;
  const picture =
    typeof name === 'string' ? await new Promise<unknown>((resolve) => objects.get(name, resolve)) : (source as unknown);
  const { data, width, height } = (picture ?? {}) as Partial<DecodedPicture>;
  return data && width && height ? toGray({ data, width, height }) : undefined;
}

async function readPage(pdf: Pdf, number: number, names: ReadonlyMap<number, string>, recognizer: Recognizer) {
  const page = await pdf.getPage(number);
  const operations = namedOperations(await page.getOperatorList(), names);
  const { pictures, page: box } = readPagePictures({ operations, view: viewOf(page), rotate: page.rotate });
  const painted = startPage(box, maxPagePixels);
  let isBlank = true;
  for (const { source, matrix } of pictures) {
    const picture = await decode(page, source);
    if (!picture || painted.picture.pixels.length === 0) continue;
    paint(painted, picture, matrix);
    isBlank = false;
  }
  page.cleanup();
  return isBlank ? '' : recognizer.read(painted.picture);
}

/**
 * Reads the text in the pictures of a PDF, of its first five pages. Runs in the child process, as `extractText` does. Throws
 * RESUME_NO_TEXT when there is none, and when the packages for it are not installed.
 */
export async function recognizeText(data: Buffer): Promise<Extraction> {
  const recognizer = detectFileType(data) === 'pdf' ? await startRecognizer() : undefined;
  if (!recognizer) throw coded('RESUME_NO_TEXT');
  try {
    return await withDocument(data, maxPicturePixels, async (pdf, pdfjs) => {
      const names = operationNames(pdfjs);
      const count = Math.min(pdf.numPages, maxPages);
      const texts: string[] = [];
      for (let number = 1; number <= count; number++) texts.push(await readPage(pdf, number, names, recognizer));
      const file = { text: texts.join('\n\n'), pages: pdf.numPages, isCut: count < pdf.numPages, recognized: true };
      return toExtraction('pdf', file);
    });
  } catch (error) {
    if (error instanceof JourneymanError) throw error;
    throw coded('RESUME_CORRUPT', { type: 'PDF' }, { cause: error });
  } finally {
    await recognizer.close();
  }
}
