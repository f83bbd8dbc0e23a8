import { describe, expect, it } from 'vitest';
import { csvRecord } from '#src/analytics/snapshot/csv.js';
import { leavesOf, pathsOf, valueAt } from '#src/analytics/snapshot/flatten.js';
import { userFigures } from '#src/analytics/types.js';

describe('a record of a CSV file', () => {
  it('has numbers and plain texts as they are, and nothing for what is missing', () => {
    expect(csvRecord(['Rust', 12, -3.5, true, null, undefined, new Date('2026-11-22T10:00:00Z')])).toBe(
      'Rust,12,-3.5,true,,,2026-11-22T10:00:00.000Z\r\n',
    );
  });

  it.each([
    ['a, b', '"a, b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded ', '" padded "'],
    [['a', 'b'], '"a; b"'],
  ])('quotes %j', (cell, expected) => {
    expect(csvRecord([cell])).toBe(`${expected}\r\n`);
  });

  it.each([
    '=HYPERLINK("https://evil.example")',
    '+1+cmd|calc',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '  =1',
    '＝1',
    '\u200b=1',
    'a;=1'.slice(2),
  ])('never lets a spreadsheet compute %j', (text) => {
    const cell = csvRecord([text]).trimEnd();
    expect(cell.replace(/^"/, '')[0]).toBe("'");
    expect(csvRecord([[text]]).replace(/^"/, '')[0]).toBe("'");
  });
});

describe('the columns of nested figures', () => {
  it('are the paths to their values', () => {
    const paths = pathsOf(userFigures);
    expect(paths).toContain('profile.completeness');
    expect(paths).toContain('profile.missing');
    expect(paths).toContain('jobs.byStatus.offered');
    expect(paths).toContain('mentoring.rating.average');
  });

  it('give the values of a row, and none where there is none', () => {
    const row = { jobs: { byStatus: { offered: 3 } }, profile: { missing: ['level'] } };
    expect(valueAt(row, 'jobs.byStatus.offered')).toBe(3);
    expect(valueAt(row, 'profile.missing')).toEqual(['level']);
    expect(valueAt(row, 'skills.total')).toBeUndefined();
  });
});

it('a figure is taken apart into its values, each with its path', () => {
  expect([...leavesOf({ users: { total: 2 }, top: [{ name: 'Go' }, { name: null }], none: [] })]).toEqual([
    { path: 'users.total', value: 2 },
    { path: 'top.0.name', value: 'Go' },
    { path: 'top.1.name', value: null },
  ]);
});
