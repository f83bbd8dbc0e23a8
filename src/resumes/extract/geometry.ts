/** A transformation: `[x, y]` becomes `[a·x + c·y + e, b·x + d·y + f]`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
export type Box = readonly [left: number, bottom: number, right: number, top: number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** The transformation that does `inner` first and `outer` then. */
export const multiply = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + c * h,
  b * g + d * h,
  a * i + c * j,
  b * i + d * j,
  a * k + c * l + e,
  b * k + d * l + f,
];

export const transformPoint = ([a, b, c, d, e, f]: Matrix, x: number, y: number) =>
  [a * x + c * y + e, b * x + d * y + f] as const;

/** The upright box around a transformed box. */
export function transformBox(matrix: Matrix, [left, bottom, right, top]: Box): Box {
  const corners = [
    transformPoint(matrix, left, bottom),
    transformPoint(matrix, right, bottom),
    transformPoint(matrix, left, top),
    transformPoint(matrix, right, top),
  ];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const contains = ([left, bottom, right, top]: Box, x: number, y: number, margin = 0): boolean =>
  x >= left - margin && x <= right + margin && y >= bottom - margin && y <= top + margin;

export const intersect = (a: Box, b: Box): Box => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
];

/** Whether a transformation keeps upright boxes upright. */
export const isUpright = ([a, b, c, d]: Matrix): boolean => (b === 0 && c === 0) || (a === 0 && d === 0);

/** The transformation that turns a page by a multiple of 90 degrees, clockwise. */
export function rotation(degrees: number): Matrix {
  const turns: readonly Matrix[] = [identity, [0, -1, 1, 0, 0, 0], [-1, 0, 0, -1, 0, 0], [0, 1, -1, 0, 0, 0]];
  return turns[(((degrees / 90) % 4) + 4) % 4] ?? identity;
}
