import type { Box } from './geometry.js';
import { type Drawing, type Handlers, type PagePiece, type PdfFont, type PlacedPicture, startDrawing } from './pdf-drawing.js';
import { paintingHandlers } from './pdf-painting.js';
import { textHandlers } from './pdf-text.js';

/** One of pdf.js's drawing operations, by name. */
export interface Operation {
  name: string;
  args: readonly unknown[];
}

/** A page's drawing, and what is needed to read it. */
export interface PageDrawing {
  operations: Iterable<Operation>;
  fontOf: (name: string) => PdfFont | undefined;
  /** The part of the page that is shown. */
  view: Box;
  /** How far the page is turned, in degrees. */
  rotate: number;
}

const handlers: Handlers = { ...paintingHandlers, ...textHandlers };

function follow({ operations, fontOf, view, rotate }: PageDrawing): Drawing {
  const drawing = startDrawing(view, rotate, fontOf);
  for (const { name, args } of operations) {
    if (Object.hasOwn(handlers, name)) handlers[name]?.(drawing, ...(args as never[]));
  }
  return drawing;
}

/**
 * Follows a page's drawing operations and takes down its text: where each piece stands, and whether it can be seen. Text is
 * not seen that has no ink, the colour of what is painted below it, less than two points, or a place outside of the page.
 */
export const readPageDrawing = (page: PageDrawing): PagePiece[] => follow(page).pieces;

/** Follows a page's drawing operations and takes down its pictures, and the page as it is turned. */
export function readPagePictures(page: Omit<PageDrawing, 'fontOf'>): { pictures: readonly PlacedPicture[]; page: Box } {
  return follow({ ...page, fontOf: () => undefined });
}
