import { describe, expect, it } from 'vitest';
import { readPageDrawing } from '#src/resumes/extract/pdf-page.js';

type Step = readonly [name: string, ...args: unknown[]];

const glyphs = (text: string) => [...text].map((unicode) => ({ unicode, width: 500, isSpace: unicode === ' ' }));
const show = (text: string): Step => ['showText', glyphs(text)];
const at = (x: number, y: number): Step => ['setTextMatrix', [1, 0, 0, 1, x, y]];
const font = (size: number): Step => ['setFont', 'F', size];
const rectangle = (left: number, bottom: number, right: number, top: number): Step => [
  'constructPath',
  'fill',
  [[0, left, bottom, 1, right, bottom, 1, right, top, 1, left, top, 4]],
  [left, bottom, right, top],
];
const white: Step = ['setFillRGBColor', '#ffffff'];
const dark: Step = ['setFillRGBColor', '#102030'];

const read = (steps: readonly Step[], rotate = 0) =>
  readPageDrawing({
    operations: steps.map(([name, ...args]) => ({ name, args })),
    fontOf: () => ({ fontMatrix: [0.001, 0, 0, 0.001, 0, 0] }),
    view: [0, 0, 600, 800],
    rotate,
  });
const text = (...steps: Step[]) => read([['beginText'], font(10), at(50, 700), ...steps]);

describe('where a text stands', () => {
  it('follows the matrices of the page, the text and its lines', () => {
    const pieces = read([
      ['save'],
      ['transform', 2, 0, 0, 2, 10, 20],
      ['beginText'],
      font(10),
      at(50, 100),
      show('ab'),
      ['setLeadingMoveText', 0, -12],
      show('c'),
      ['nextLine'],
      show('d'),
      ['restore'],
    ]);
    expect(pieces.map(({ text: piece, x, y, width, fontSize }) => [piece, x, y, width, fontSize])).toEqual([
      ['ab', 110, 220, 20, 20],
      ['c', 110, 196, 10, 20],
      ['d', 110, 172, 10, 20],
    ]);
  });

  it('cuts a text at a gap, and not between letters that are spaced evenly', () => {
    expect(text(['showText', [...glyphs('ab'), -400, ...glyphs('cd'), -20, ...glyphs('e')]]).map((piece) => piece.text)).toEqual([
      'ab',
      'cde',
    ]);
    expect(text(['setCharSpacing', 4], show('HEAD')).map((piece) => piece.text)).toEqual(['HEAD']);
  });

  it('is upright on a page that is turned', () => {
    const [piece] = read([['beginText'], font(10), ['setTextMatrix', [0, 1, -1, 0, 300, 100]], show('ab')], 90);
    expect(piece).toMatchObject({ x: 100, y: -300, width: 10 });
  });
});

describe('a text that nobody sees', () => {
  it.each<[name: string, reason: string, steps: Step[]]>([
    ['without ink', 'unpainted', [['setTextRenderingMode', 3], show('seen?')]],
    ['white on the page', 'camouflaged', [white, show('seen?')]],
    ['nearly white on the page', 'camouflaged', [['setFillRGBColor', '#fafafa'], show('seen?')]],
    ['in the colour of what is below it', 'camouflaged', [dark, rectangle(0, 600, 600, 800), show('seen?')]],
    ['smaller than two points', 'unreadable', [font(1), show('seen?')]],
    ['made small by the page', 'unreadable', [['transform', 0.1, 0, 0, 0.1, 0, 0], show('seen?')]],
    ['outside of the page', 'unreadable', [at(50, 900), show('seen?')]],
    ['transparent', 'unreadable', [['setGState', [['ca', 0]]], show('seen?')]],
  ])('%s', (_, hidden, steps) => {
    expect(text(...steps)).toMatchObject([{ text: 'seen?', hidden }]);
  });
});

describe('a text that can be seen', () => {
  it.each<[name: string, steps: Step[]]>([
    ['black on the page', [show('seen')]],
    ['white on a dark shape', [dark, rectangle(0, 600, 600, 800), white, show('seen')]],
    [
      'white on a picture',
      [['save'], ['transform', 600, 0, 0, 800, 0, 0], ['paintImageXObject', 'i'], ['restore'], white, show('seen')],
    ],
    ['white on a pattern', [['setFillColorN', 'p'], rectangle(0, 600, 600, 800), white, show('seen')]],
    [
      'white on a shape that is no rectangle',
      [dark, ['constructPath', 'fill', [[0, 0, 0, 1, 600, 800, 1, 0, 800, 4]], [0, 0, 600, 800]], white, show('seen')],
    ],
    [
      'in a colour that a frame around it has',
      [dark, ['constructPath', 'eoFill', [[0, 0, 0, 1, 600, 0, 1, 300, 800, 4]], [0, 0, 600, 800]], show('seen')],
    ],
    ['outlined only', [white, ['setTextRenderingMode', 1], show('seen')]],
    ['after its white predecessor was restored', [['save'], white, ['restore'], show('seen')]],
  ])('%s', (_, steps) => {
    expect(text(...steps)).toMatchObject([{ text: 'seen', hidden: undefined }]);
  });

  it('is not what makes up a mask', () => {
    expect(text(['beginGroup', { smask: {} }], show('mask'), ['endGroup'], show('seen'))).toMatchObject([{ text: 'seen' }]);
  });
});
