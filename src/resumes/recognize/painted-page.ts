import { type Box, intersect, type Matrix, transformBox } from '../extract/geometry.js';
import type { GrayPicture } from './gray-picture.js';

/** 300 dots an inch, which the recogniser is made for; a point is the 72nd part of an inch. */
const finestScale = 300 / 72;

/** How many points of each pixel of the page are looked up in the picture, in each direction. */
const samples = 2;

/** The transformation that undoes another; undefined for one that leaves no area. */
function invert([a, b, c, d, e, f]: Matrix): Matrix | undefined {
  const determinant = a * d - b * c;
  if (!Number.isFinite(1 / determinant)) return undefined;
  return [
    d / determinant,
    -b / determinant,
    -c / determinant,
    a / determinant,
    (c * f - d * e) / determinant,
    (b * e - a * f) / determinant,
  ];
}

/** The mean of some points in a square of the page, white where the picture is not. */
function sample({ width, height, pixels }: GrayPicture, inverse: Matrix, x: number, y: number, side: number): number {
  const [a, b, c, d, e, f] = inverse;
  let sum = 0;
  for (let index = 0; index < samples * samples; index++) {
    const pointX = x + (((index % samples) + 0.5) / samples) * side;
    const pointY = y - ((Math.floor(index / samples) + 0.5) / samples) * side;
    const u = a * pointX + c * pointY + e;
    const v = b * pointX + d * pointY + f;
    const isInside = u >= 0 && u < 1 && v > 0 && v <= 1;
    sum += isInside ? (pixels[Math.floor((1 - v) * height) * width + Math.floor(u * width)] ?? 255) : 255;
  }
  return sum / (samples * samples);
}

/** A page that pictures are painted on: upright, and white where there are none. */
export interface PaintedPage {
  readonly box: Box;
  /** Pixels for each point. */
  readonly scale: number;
  readonly picture: GrayPicture;
}

/** A white page with 300 dots an inch, or fewer where it would have more than `maxPixels`. */
export function startPage(box: Box, maxPixels: number): PaintedPage {
  const [left, bottom, right, top] = box;
  const scale = Math.min(finestScale, Math.sqrt(maxPixels / ((right - left) * (top - bottom))));
  const width = Math.floor((right - left) * scale);
  const height = Math.floor((top - bottom) * scale);
  return { box, scale, picture: { width, height, pixels: new Uint8Array(width * height).fill(255) } };
}

/**
 * Paints a picture into the unit square that `matrix` places on the page, its first row at the top of the square. Where there is
 * another picture, the darker is seen.
 */
export function paint(
  { box, scale, picture: { width, height, pixels } }: PaintedPage,
  picture: GrayPicture,
  matrix: Matrix,
): void {
  const inverse = invert(matrix);
  if (!inverse) return;
  const [left, , , top] = box;
  const [x1, y1, x2, y2] = intersect(box, transformBox(matrix, [0, 0, 1, 1]));
  const lastColumn = Math.min(width, Math.ceil((x2 - left) * scale));
  const lastRow = Math.min(height, Math.ceil((top - y1) * scale));
  for (let row = Math.floor((top - y2) * scale); row < lastRow; row++) {
    for (let column = Math.floor((x1 - left) * scale); column < lastColumn; column++) {
      const value = sample(picture, inverse, left + column / scale, top - row / scale, 1 / scale);
      const at = row * width + column;
      pixels[at] = Math.min(pixels[at]!, value);
    }
  }
}
