import { contains, identity, type Matrix, multiply, transformPoint } from './geometry.js';
import { type Drawing, type Handlers, type HiddenReason, matrixOf, type PdfFont, setFont } from './pdf-drawing.js';
import { looksAlike, minReadablePoints } from './visibility.js';

/** A glyph as pdf.js hands it out; its width is in thousandths of the font's size. */
interface Glyph {
  unicode: string;
  width: number;
  isSpace: boolean;
}

/** Part of a text, and where it begins and ends along its line. */
interface Run {
  text: string;
  from: number;
  to: number;
}

/** The width of a gap that sets words apart, in font sizes. */
const wordGap = 0.15;
/** How far above its baseline a text is looked at for what is behind it, in font sizes. */
const inkHeight = 0.3;
/** Ways to show text: filled, filled and used to clip, invisible. */
const modes = { fill: 0, fillAndClip: 4, invisible: 3 };
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

function whyHidden({ state, page, background }: Drawing, x: number, y: number, size: number): HiddenReason | undefined {
  if (state.mode === modes.invisible) return 'unpainted';
  if (size < minReadablePoints || !contains(page, x, y, 1)) return 'unreadable';
  if (state.mode !== modes.fill && state.mode !== modes.fillAndClip) return undefined;
  if (state.alpha === 0) return 'unreadable';
  const behind = background.at(x, y + size * inkHeight);
  return state.color && behind && looksAlike(state.color, behind) ? 'camouflaged' : undefined;
}

/** What a line reads, glyphs of several letters included, from left to right. */
const inLine = (unicode: string) => (unicode.length > 1 && rightToLeft.test(unicode) ? [...unicode].reverse().join('') : unicode);

/** Cuts a text at its gaps. Returns the parts, and how far the text reaches. */
function cutAtGaps(glyphs: readonly (Glyph | number)[], { state }: Drawing): { runs: Run[]; end: number } {
  const { font, fontSize, characterSpacing, wordSpacing } = state;
  const unit = font?.fontMatrix?.[0] ?? 0.001;
  const runs: Run[] = [];
  let run: Run | undefined;
  let x = 0;
  for (const glyph of glyphs) {
    if (typeof glyph === 'number') {
      x -= (glyph / 1000) * fontSize;
      continue;
    }
    // Letters that are all set apart by the same space are not.
    if (!run || x - run.to - characterSpacing > wordGap * Math.abs(fontSize)) {
      run = { text: '', from: x, to: x };
      runs.push(run);
    }
    run.text += inLine(glyph.unicode);
    run.to = x + glyph.width * unit * fontSize;
    x = run.to + characterSpacing + (glyph.isSpace ? wordSpacing : 0);
  }
  return { runs, end: x };
}

/** The height of a font of size 1. Fonts of type 3 tell it by the box around their glyphs. */
function heightOf(font: PdfFont | undefined): number {
  if (!font?.isType3Font) return 1;
  const height = Math.abs((font.bbox?.[3] ?? 0) - (font.bbox?.[1] ?? 0)) * (font.fontMatrix?.[3] ?? 0.001);
  return height || 1;
}

function showText(drawing: Drawing, glyphs: readonly (Glyph | number)[]): void {
  const { state, textMatrix, pieces, maskFrom } = drawing;
  const { scale, rise, font, fontSize } = state;
  const toPage: Matrix = multiply(state.matrix, multiply(textMatrix, [scale, 0, 0, 1, 0, rise]));
  const size = Math.abs(fontSize) * heightOf(font) * Math.hypot(toPage[2], toPage[3]);
  const { runs, end } = cutAtGaps(glyphs, drawing);
  for (const { text, from, to } of runs) {
    if (text.trim() === '' || maskFrom !== undefined) continue;
    const [startX, startY] = transformPoint(toPage, from, 0);
    const [endX, endY] = transformPoint(toPage, to, 0);
    const hidden = whyHidden(drawing, (startX + endX) / 2, (startY + endY) / 2, size);
    const width = Math.abs(endX - startX);
    pieces.push({ text, x: Math.min(startX, endX), y: startY, width, fontSize: size || 1, hidden });
  }
  drawing.textMatrix = multiply(textMatrix, [1, 0, 0, 1, end * scale, 0]);
}

function startLineAt(drawing: Drawing, matrix: Matrix): void {
  drawing.lineMatrix = matrix;
  drawing.textMatrix = matrix;
}

const moveText = (drawing: Drawing, x: number, y: number) =>
  startLineAt(drawing, multiply(drawing.lineMatrix, [1, 0, 0, 1, x, y]));

/** The operations that place and show text, by pdf.js's names. */
export const textHandlers: Handlers = {
  beginText: (drawing) => startLineAt(drawing, identity),
  setTextMatrix: (drawing, matrix: unknown) => startLineAt(drawing, matrixOf(matrix)),
  moveText,
  setLeadingMoveText: (drawing, x: number, y: number) => {
    drawing.state.leading = -y;
    moveText(drawing, x, y);
  },
  nextLine: (drawing) => moveText(drawing, 0, -drawing.state.leading),
  setLeading: ({ state }, leading: number) => {
    state.leading = leading;
  },
  setFont,
  setCharSpacing: ({ state }, spacing: number) => {
    state.characterSpacing = spacing;
  },
  setWordSpacing: ({ state }, spacing: number) => {
    state.wordSpacing = spacing;
  },
  setHScale: ({ state }, percent: number) => {
    state.scale = percent / 100;
  },
  setTextRise: ({ state }, rise: number) => {
    state.rise = rise;
  },
  setTextRenderingMode: ({ state }, mode: number) => {
    state.mode = mode;
  },
  showText,
};
