import { type Box, intersect, isUpright, transformBox } from './geometry.js';
import { clipTo, type Drawing, type Handlers, restore, save, setFont, transform } from './pdf-drawing.js';
import { type Color, parseColor } from './visibility.js';

/** Whether a path is a rectangle that fills its box. */
function isRectangle(path: ArrayLike<number>, [left, bottom, right, top]: Box): boolean {
  // Each point stands behind the number of its operation: 0 begins a path, 1 draws a line, 4 closes it.
  let at = 0;
  let points = 0;
  for (; at < path.length && (path[at] === 0 || path[at] === 1); at += 3) {
    const [x = Number.NaN, y = Number.NaN] = [path[at + 1], path[at + 2]];
    if ((x !== left && x !== right) || (y !== bottom && y !== top) || (path[at] === 0 && points > 0)) return false;
    points++;
  }
  return points >= 4 && points <= 5 && at >= path.length - 1;
}

function boxOf(value: ArrayLike<number>): Box {
  const [left = 0, bottom = 0, right = 0, top = 0] = Array.from(value);
  return [Math.min(left, right), Math.min(bottom, top), Math.max(left, right), Math.max(bottom, top)];
}

/** Takes down that a box is painted; without a colour, it is not known what may be seen there. */
function paint({ background, state, maskFrom }: Drawing, box: Box, color?: Color): void {
  if (maskFrom === undefined) background.paint(intersect(state.clip, transformBox(state.matrix, box)), color);
}

function paintPath(drawing: Drawing, operation: string, path: ArrayLike<number>, box: Box): void {
  const { state } = drawing;
  const isPlain = isRectangle(path, box) && isUpright(state.matrix);
  if (drawing.isClipping) clipTo(drawing, box, isPlain);
  const isKnown = isPlain && !state.isClipVague && state.alpha === 1;
  if (/fill/i.test(operation) && state.alpha > 0) paint(drawing, box, isKnown ? state.color : undefined);
}

/** A scanner's page is one picture, or some strips of it. */
const maxPictures = 50;

function picture(drawing: Drawing, source: unknown): void {
  paint(drawing, [0, 0, 1, 1]);
  const { maskFrom, pictures, state } = drawing;
  if (maskFrom === undefined && pictures.length < maxPictures) pictures.push({ source, matrix: state.matrix });
}

/** Pictures in many places at once, or a gradient: they may be anywhere. */
function paintAnywhere({ background, state, maskFrom }: Drawing): void {
  if (maskFrom === undefined) background.paint(state.clip, undefined);
}

function nextPathClips(drawing: Drawing): void {
  drawing.isClipping = true;
}

function setPattern({ state }: Drawing): void {
  state.color = undefined;
}

/** The operations that set colours, paint and clip, by pdf.js's names. */
export const paintingHandlers: Handlers = {
  save,
  restore,
  transform: (drawing, ...matrix: number[]) => transform(drawing, matrix),
  setGState: (drawing, entries: readonly (readonly [key: string, value: unknown])[]) => {
    for (const [key, value] of entries) {
      if (key === 'ca') drawing.state.alpha = Number(value);
      else if (key === 'Font') setFont(drawing, ...(value as [string, number]));
    }
  },
  setFillRGBColor: ({ state }, color: string) => {
    state.color = parseColor(String(color));
  },
  setFillColorN: setPattern,
  setFillTransparent: setPattern,
  clip: nextPathClips,
  eoClip: nextPathClips,
  constructPath: (drawing, operation: string, [path]: [ArrayLike<number> | null], box: ArrayLike<number> | null) => {
    if (path && box) paintPath(drawing, operation, path, boxOf(box));
    drawing.isClipping = false;
  },
  shadingFill: paintAnywhere,
  paintImageXObject: picture,
  paintInlineImageXObject: picture,
  paintImageMaskXObject: picture,
  paintSolidColorImageMask: picture,
  paintImageXObjectRepeat: paintAnywhere,
  paintImageMaskXObjectRepeat: paintAnywhere,
  paintImageMaskXObjectGroup: paintAnywhere,
  paintInlineImageXObjectGroup: paintAnywhere,
  paintFormXObjectBegin: (drawing, matrix: unknown, box: ArrayLike<number> | null) => {
    save(drawing);
    transform(drawing, matrix);
    if (box) clipTo(drawing, boxOf(box), true);
  },
  paintFormXObjectEnd: restore,
  beginGroup: (drawing, group: { smask?: unknown }) => {
    save(drawing);
    if (group.smask) drawing.maskFrom ??= drawing.stack.length;
  },
  endGroup: restore,
  beginAnnotation: (drawing, _id: unknown, _box: unknown, outer: unknown, inner: unknown) => {
    save(drawing);
    drawing.state.matrix = drawing.base;
    drawing.state.clip = drawing.page;
    transform(drawing, outer);
    transform(drawing, inner);
  },
  endAnnotation: restore,
};
