import { type Box, identity, intersect, isUpright, type Matrix, multiply, rotation, transformBox } from './geometry.js';
import type { TextItem } from './page-rows.js';
import { type Background, createBackground } from './pdf-background.js';
import type { Color } from './visibility.js';

/** What is used of a font as pdf.js hands it out. */
export interface PdfFont {
  fontMatrix?: ArrayLike<number>;
  isType3Font?: boolean;
  bbox?: ArrayLike<number>;
}

/**
 * Why nobody sees a text: it has no ink (`unpainted`, as scanners lay recognised text over their picture), it has the colour
 * of what is painted below it (`camouflaged`), or it is too small, transparent or outside of the page (`unreadable`).
 */
export type HiddenReason = 'unpainted' | 'camouflaged' | 'unreadable';

export interface PagePiece extends TextItem {
  /** undefined for text that can be seen. */
  hidden: HiddenReason | undefined;
}

/** A picture on a page: its name or what pdf.js gives for it, and where its unit square is painted. */
export interface PlacedPicture {
  source: unknown;
  matrix: Matrix;
}

/** What the operators `q` and `Q` save and restore. */
interface State {
  matrix: Matrix;
  clip: Box;
  /** Whether `clip` is only the box around a clip of another shape. */
  isClipVague: boolean;
  /** undefined for a pattern. */
  color: Color | undefined;
  alpha: number;
  font: PdfFont | undefined;
  fontSize: number;
  characterSpacing: number;
  wordSpacing: number;
  scale: number;
  leading: number;
  rise: number;
  mode: number;
}

/** A page while its drawing operations are followed. */
export interface Drawing {
  readonly base: Matrix;
  readonly page: Box;
  readonly fontOf: (name: string) => PdfFont | undefined;
  readonly background: Background;
  readonly pieces: PagePiece[];
  /** The first pictures that are painted, `maxPictures` at most. */
  readonly pictures: PlacedPicture[];
  readonly stack: State[];
  state: State;
  textMatrix: Matrix;
  lineMatrix: Matrix;
  /** Whether the next path clips. */
  isClipping: boolean;
  /** How deep the stack was where a mask began, whose drawing nobody sees; undefined outside of masks. */
  maskFrom: number | undefined;
}

/** What the handlers of some operations do, by the operation's name. */
export type Handlers = Readonly<Record<string, (drawing: Drawing, ...args: never[]) => void>>;

export function startDrawing(view: Box, rotate: number, fontOf: Drawing['fontOf']): Drawing {
  const base = rotation(rotate);
  const page = transformBox(base, view);
  const state: State = {
    matrix: base,
    clip: page,
    isClipVague: false,
    color: [0, 0, 0],
    alpha: 1,
    font: undefined,
    fontSize: 0,
    characterSpacing: 0,
    wordSpacing: 0,
    scale: 1,
    leading: 0,
    rise: 0,
    mode: 0,
  };
  return {
    base,
    page,
    fontOf,
    background: createBackground(),
    pieces: [],
    pictures: [],
    stack: [],
    state,
    textMatrix: identity,
    lineMatrix: identity,
    isClipping: false,
    maskFrom: undefined,
  };
}

export function save(drawing: Drawing): void {
  drawing.stack.push({ ...drawing.state });
}

export function restore(drawing: Drawing): void {
  drawing.state = drawing.stack.pop() ?? drawing.state;
  if (drawing.maskFrom !== undefined && drawing.stack.length < drawing.maskFrom) drawing.maskFrom = undefined;
}

/** Reads a matrix as operations give it; none leaves all where it is. */
export function matrixOf(value: unknown): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = Array.from((value ?? identity) as ArrayLike<number>);
  return [a, b, c, d, e, f];
}

export function transform({ state }: Drawing, matrix: unknown): void {
  state.matrix = multiply(state.matrix, matrixOf(matrix));
}

export function clipTo({ state }: Drawing, box: Box, isRectangle: boolean): void {
  state.clip = intersect(state.clip, transformBox(state.matrix, box));
  state.isClipVague ||= !isRectangle || !isUpright(state.matrix);
}

export function setFont({ state, fontOf }: Drawing, name: string, size: number): void {
  state.font = fontOf(name);
  state.fontSize = size;
}
