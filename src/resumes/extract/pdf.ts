import { getResolvedPDFJS } from 'unpdf';
import { coded } from '../../errors.js';
import { layOutPage, type TextItem } from './layout.js';
import { maxTextLength } from './normalize.js';

/** A resume of more pages is something else. */
const maxPages = 100;

type Pdfjs = Awaited<ReturnType<typeof getResolvedPDFJS>>;
type Pdf = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;

const hasName = (error: unknown, name: string) => error instanceof Error && error.name === name;

async function readPage(pdf: Pdf, number: number): Promise<string> {
  const page = await pdf.getPage(number);
  const content = await page.getTextContent();
  const items = content.items.flatMap((item): TextItem[] => {
    if (!('str' in item)) return [];
    const [a = 0, b = 0, , , x = 0, y = 0] = item.transform as number[];
    return [{ text: item.str, x, y, width: item.width, fontSize: item.height || Math.hypot(a, b) || 1 }];
  });
  page.cleanup();
  return layOutPage(items);
}

/**
 * Reads a PDF's text, page by page.
 * Throws RESUME_ENCRYPTED, RESUME_CORRUPT, or RESUME_LIMIT_EXCEEDED for more than 100 pages.
 */
export async function extractPdf(data: Buffer): Promise<{ text: string; pages: number }> {
  const pdfjs = await getResolvedPDFJS();
  try {
    // pdf.js takes the buffer over, hence a copy that it may keep.
    const loading = pdfjs.getDocument({
      data: new Uint8Array(data),
      isEvalSupported: false,
      disableFontFace: true,
      verbosity: 0,
    });
    const pdf = await loading.promise;
    if (pdf.numPages > maxPages) throw coded('RESUME_LIMIT_EXCEEDED', { limit: `${maxPages} pages` });
    const pages: string[] = [];
    let length = 0;
    for (let number = 1; number <= pdf.numPages && length <= maxTextLength; number++) {
      const text = await readPage(pdf, number);
      length += text.length;
      pages.push(text);
    }
    const result = { text: pages.join('\n\n'), pages: pdf.numPages };
    await loading.destroy();
    return result;
  } catch (error) {
    if (hasName(error, 'JourneymanError')) throw error;
    if (hasName(error, 'PasswordException')) throw coded('RESUME_ENCRYPTED', { type: 'PDF' }, { cause: error });
    throw coded('RESUME_CORRUPT', { type: 'PDF' }, { cause: error });
  }
}
