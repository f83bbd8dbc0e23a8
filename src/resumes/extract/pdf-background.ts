import { type Box, contains } from './geometry.js';
import { type Color, white } from './visibility.js';

/** Only so many of the areas painted last are looked through. */
const maxAreas = 3000;

/** What was painted on a page so far, to tell the colour behind a point. */
export interface Background {
  /** `color` is undefined for a picture, a pattern, or anything of which only the box around it is known. */
  paint(box: Box, color: Color | undefined): void;
  /** The colour at a point, white where nothing was painted; undefined when it is not known. */
  at(x: number, y: number): Color | undefined;
}

export function createBackground(): Background {
  const areas: { box: Box; color: Color | undefined }[] = [];
  let firstKept = 0;
  return {
    paint(box, color) {
      areas.push({ box, color });
      if (areas.length - firstKept > maxAreas) firstKept = areas.length - maxAreas;
    },
    at(x, y) {
      for (let index = areas.length - 1; index >= firstKept; index--) {
        const area = areas[index];
        if (area && contains(area.box, x, y)) return area.color;
      }
      return firstKept > 0 ? undefined : white;
    },
  };
}
