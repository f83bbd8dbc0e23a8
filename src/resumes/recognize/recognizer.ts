import { createRequire } from 'node:module';
import path from 'node:path';
import { layOutPage, type TextItem } from '../extract/layout.js';
import { type GrayPicture, writePgm } from './gray-picture.js';

/** Reads the text in pictures. */
export interface Recognizer {
  /** The text of a page, in reading order; empty when there is none that can be relied on. */
  read(page: GrayPicture): Promise<string>;
  close(): Promise<void>;
}

type Tesseract = typeof import('tesseract.js');
type Line = import('tesseract.js').Line;

/** Tesseract's confidence in a page of a photograph or of handwriting is below this; in printed text it is above 80. */
const minConfidence = 50;
/** A bullet is no letter that is known: it is read as some sign, or as a letter with less confidence than this. */
const minBulletConfidence = 80;

const { resolve } = createRequire(import.meta.url);

/** The optional packages: undefined unless both are installed. */
async function loadTesseract(): Promise<{ tesseract: Tesseract; languageFolder: string } | undefined> {
  try {
    const data = resolve('@tesseract.js-data/eng/package.json');
    resolve('tesseract.js');
    const { default: tesseract } = await import('tesseract.js');
    return { tesseract, languageFolder: path.join(path.dirname(data), '4.0.0_best_int') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const isBullet = ({ text, confidence }: { text: string; confidence: number }) =>
  /^[^\p{L}\p{N}]$/u.test(text) || (text.length === 1 && confidence < minBulletConfidence);

/** Pages have 300 dots an inch. The layout takes edges that differ by less than a point for the same. */
const pointsPerPixel = 72 / 300;

/** A line's words, as the layout takes the pieces of a PDF. */
const itemsOf = ({ words, baseline, rowAttributes }: Line): TextItem[] =>
  words.map((word, index) => ({
    text: index === 0 && words.length > 1 && isBullet(word) ? '•' : word.text,
    x: word.bbox.x0 * pointsPerPixel,
    y: -baseline.y0 * pointsPerPixel,
    width: (word.bbox.x1 - word.bbox.x0) * pointsPerPixel,
    fontSize: rowAttributes.rowHeight * pointsPerPixel,
  }));

/** Starts Tesseract with its data for English, which nothing is loaded from the network for; undefined when it is not installed. */
export async function startRecognizer(): Promise<Recognizer | undefined> {
  const loaded = await loadTesseract();
  if (!loaded) return undefined;
  const { tesseract, languageFolder } = loaded;
  const worker = await tesseract.createWorker('eng', tesseract.OEM.LSTM_ONLY, {
    langPath: languageFolder,
    cacheMethod: 'none',
    // Its calls reject; without a handler here each such error is also thrown where nobody can catch it.
    errorHandler: () => {},
  });
  // Takes a page apart into blocks; by itself Tesseract takes it for one block, and large titles get lost.
  await worker.setParameters({ tessedit_pageseg_mode: tesseract.PSM.AUTO });
  return {
    async read(page) {
      const { data } = await worker.recognize(writePgm(page), {}, { text: false, blocks: true });
      if (data.confidence < minConfidence) return '';
      const lines = (data.blocks ?? []).flatMap(({ paragraphs }) => paragraphs.flatMap((paragraph) => paragraph.lines));
      return layOutPage(lines.flatMap(itemsOf));
    },

    async close() {
      await worker.terminate();
    },
  };
}
