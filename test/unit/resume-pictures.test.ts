import { describe, expect, it } from 'vitest';
import type { Matrix } from '#src/resumes/extract/geometry.js';
import { type GrayPicture, toGray, writePgm } from '#src/resumes/recognize/gray-picture.js';
import { paint, startPage } from '#src/resumes/recognize/painted-page.js';

const pictureOf = (...rows: number[][]): GrayPicture => ({
  width: rows[0]!.length,
  height: rows.length,
  pixels: Uint8Array.from(rows.flat()),
});
const rowsOf = ({ width, height, pixels }: GrayPicture) =>
  Array.from({ length: height }, (_, row) => [...pixels.slice(row * width, (row + 1) * width)]);

describe('a picture turned into grey', () => {
  it.each([
    ['one bit a pixel, each row from a new byte', 2, [0b10_000000, 0b01_000000], [255, 0, 0, 255]],
    ['grey', 2, [1, 2, 3, 4], [1, 2, 3, 4]],
    ['red, green, blue and white', 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], [76, 149, 29, 255]],
    ['with transparency', 1, [10, 10, 10, 0, 20, 20, 20, 255], [10, 20]],
  ])('%s', (_, width, data, expected) => {
    expect([...toGray({ width, height: 2, data: Uint8Array.from(data) })!.pixels]).toEqual(expected);
  });

  it('of another kind is left out', () => {
    expect(toGray({ width: 2, height: 2, data: new Uint8Array(8) })).toBeUndefined();
  });

  it('is written as PGM', () => {
    expect(writePgm(pictureOf([65, 66, 67])).toString('latin1')).toBe('P5\n3 1\n255\nABC');
  });
});

describe('a page put together from its pictures', () => {
  const paintAll = (placed: { picture: GrayPicture; matrix: Matrix }[], maxPixels = 4) => {
    const page = startPage([0, 0, 2, 2], maxPixels);
    for (const { picture, matrix } of placed) paint(page, picture, matrix);
    return rowsOf(page.picture);
  };
  const corners = pictureOf([10, 20], [30, 40]);

  it.each<[string, Matrix, number[][]]>([
    [
      'upright',
      [2, 0, 0, 2, 0, 0],
      [
        [10, 20],
        [30, 40],
      ],
    ],
    [
      'turned to the right',
      [0, -2, 2, 0, 0, 2],
      [
        [30, 10],
        [40, 20],
      ],
    ],
    [
      'upside down',
      [-2, 0, 0, -2, 2, 2],
      [
        [40, 30],
        [20, 10],
      ],
    ],
    [
      'in a mirror',
      [-2, 0, 0, 2, 2, 0],
      [
        [20, 10],
        [40, 30],
      ],
    ],
  ])('that is painted %s', (_, matrix, expected) => {
    expect(paintAll([{ picture: corners, matrix }])).toEqual(expected);
  });

  it('in strips', () => {
    const strips = [
      { picture: pictureOf([1, 2]), matrix: [2, 0, 0, 1, 0, 1] as const },
      { picture: pictureOf([3, 4]), matrix: [2, 0, 0, 1, 0, 0] as const },
    ];
    expect(paintAll(strips)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is white where none is, and leaves out what is beside it or has no area', () => {
    expect(
      paintAll([
        { picture: corners, matrix: [2, 0, 0, 2, 1, 1] },
        { picture: corners, matrix: [0, 0, 0, 0, 1, 1] },
        { picture: corners, matrix: [2, 0, 0, 2, -90, 0] },
      ]),
    ).toEqual([
      [255, 30],
      [255, 255],
    ]);
  });

  it('has the mean where a picture is finer', () => {
    expect(paintAll([{ picture: corners, matrix: [2, 0, 0, 2, 0, 0] }], 1)).toEqual([[25]]);
  });

  it('has 300 dots an inch at most', () => {
    expect(startPage([0, 0, 72, 72], 1_000_000).picture).toMatchObject({ width: 300, height: 300 });
  });

  it('that is too thin for a pixel has none', () => {
    expect(startPage([0, 0, 14_400, 0.001], 1_000_000).picture.pixels).toHaveLength(0);
  });
});
