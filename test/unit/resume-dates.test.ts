import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredMonths, readDates } from '#src/resumes/analyze/date-range.js';

const now = new Date('2026-06-15T12:00:00Z');

function rangeIn(line: string) {
  const dates = readDates(line, now);
  return dates && 'range' in dates ? dates.range : undefined;
}

describe('a range of dates', () => {
  it.each([
    ['Jan 2019 – Present', '2019-01', null, 90],
    ['January 2019 - March 2019', '2019-01', '2019-03', 3],
    ['Jan. 2019 through Mar. 2019', '2019-01', '2019-03', 3],
    ['Jan, 2019 -- Mar, 2019', '2019-01', '2019-03', 3],
    ['JAN 2019 → MAR 2019', '2019-01', '2019-03', 3],
    ['Jan-2019 - Mar-2019', '2019-01', '2019-03', 3],
    ['1st January 2019 to 31 March 2019', '2019-01', '2019-03', 3],
    ['January 15, 2019 – March 1, 2019', '2019-01', '2019-03', 3],
    ['Sept. 2020 until today', '2020-09', null, 70],
    ['03/2018 to 02/2020', '2018-03', '2020-02', 24],
    ['03.2018 - 02.2020', '2018-03', '2020-02', 24],
    ['2018-03 — 2020-02', '2018-03', '2020-02', 24],
    ['2018-03-01 – 2020-02-28', '2018-03', '2020-02', 24],
    ['01.04.2015 - 31.12.2015', '2015-04', '2015-12', 9],
    ['04/15/2015 - 12/31/2015', '2015-04', '2015-12', 9],
    ['03/18 – 02/20', '2018-03', '2020-02', 24],
    ['Mar 18 – Feb 20', '2018-03', '2020-02', 24],
    ['2018 – 2020', '2018', '2020', 24],
    ['2018–20', '2018', '2020', 24],
    ["'18 - '20", '2018', '2020', 24],
    ["'98 – '01", '1998', '2001', 36],
    ['2020-2020', '2020', '2020', 6],
    ['June – August 2018', '2018-06', '2018-08', 3],
    ['Dec – Feb 2020', '2019-12', '2020-02', 3],
    ['Summer 2018 – Winter 2019', '2018-06', '2020-02', 21],
    ['Q3 2019 – Q2 2020', '2019-07', '2020-06', 12],
    ['Jan 2020 (6 months)', '2020-01', '2020-06', 6],
    ['2019 (1 year 6 months)', '2019', '2020', 18],
    ['since May 2026', '2026-05', null, 2],
    ['2024 –', '2024', null, 30],
    ['Engineer (Mar 2024–Apr 2024), Paris', '2024-03', '2024-04', 2],
  ])('in English is read from %j', (line, start, end, months) => {
    const range = rangeIn(line)!;
    expect(range).toMatchObject({ startText: start, endText: end });
    expect(range.end - range.start).toBe(months);
  });

  it.each([
    ['März 2020 bis heute', '2020-03', null],
    ['Mär. 2020 – Okt. 2021', '2020-03', '2021-10'],
    ['seit 2016', '2016', null],
    ['ab Mai 2016', '2016-05', null],
    ['Sommer 2018 – Herbst 2018', '2018-06', '2018-11'],
    ['02/2016 – laufend', '2016-02', null],
    ['février 2021 à mai 2021', '2021-02', '2021-05'],
    ['de janv. 2018 à juil. 2019', '2018-01', '2019-07'],
    ['du 1er mars 2018 au 3 août 2019', '2018-03', '2019-08'],
    ['depuis septembre 2022', '2022-09', null],
    ["2019 – aujourd'hui", '2019', null],
    ['2019 à ce jour', '2019', null],
    ['enero de 2022 - actualidad', '2022-01', null],
    ['ene. 2018 a dic. 2019', '2018-01', '2019-12'],
    ['marzo 2018 hasta la fecha', '2018-03', null],
    ['desde 2016', '2016', null],
    ['січень 2023 – дотепер', '2023-01', null],
    ['вересень 2019 р. – червень 2021 р.', '2019-09', '2021-06'],
    ['з 2016 року', '2016', null],
    ['жовт. 2018 – теперішній час', '2018-10', null],
  ])('in other languages is read from %j', (line, start, end) => {
    expect(rangeIn(line)).toMatchObject({ startText: start, endText: end });
  });

  it.each(['Present', 'Current', 'present', 'till date', 'to date', 'Now', 'ongoing', 'today'])('may end with %s', (end) => {
    expect(rangeIn(`2016 - ${end}`)).toMatchObject({ endText: null });
  });

  it('takes in a duration that repeats it', () => {
    const line = 'Jan 2020 - Mar 2021 · 1 yr 3 mos';
    expect(rangeIn(line)).toMatchObject({ index: 0, length: line.length });
  });

  it.each([
    'Built 2000 things',
    'Tel. 2019-2021-55',
    'room 12019 – 20200',
    'Award of 2019',
    '24/7 on call',
    'since then',
    'Summer 2018',
  ])('is none in %j', (line) => {
    expect(readDates(line, now)).toBeUndefined();
  });

  it.each(['2021 - 2019', 'May 2027 – Present', '1930 – 1940', '1955 – 2020'])('is ignored when it cannot be: %j', (line) => {
    expect(readDates(line, now)).toEqual({ ignored: line });
  });

  it('is cut off where the future begins', () => {
    expect(rangeIn('2025 – Dec 2030')!.end).toBe(2026 * 12 + 6);
  });
});

describe('a single date', () => {
  it.each([
    ['Summer 2018', 3],
    ['Tour Guide\tSommer 2018', 3],
    ['Q3 2019', 3],
    ['Cook (May 2019)', 1],
    ['Cook, Bistro Lyon, 2019', 6],
  ])('counts when it is set apart from the text and asked for: %j', (line, months) => {
    const dates = readDates(line, now, true);
    expect(dates).toMatchObject({ range: {} });
    const { range } = dates as { range: { start: number; end: number } };
    expect(range.end - range.start).toBe(months);
  });

  it.each(['Moved to Leeds in 2019 for good', 'Sales of 2019 units'])('counts for nothing in %j', (line) => {
    expect(readDates(line, now, true)).toBeUndefined();
  });
});

describe('months covered together', () => {
  it('count once where they overlap', () => {
    expect(coveredMonths([])).toBe(0);
    expect(
      coveredMonths([
        { start: 30, end: 40 },
        { start: 0, end: 12 },
        { start: 6, end: 18 },
        { start: 7, end: 8 },
      ]),
    ).toBe(28);
  });

  const range = fc
    .tuple(fc.nat(600), fc.integer({ min: 1, max: 200 }))
    .map(([start, months]) => ({ start, end: start + months }));
  const length = ({ start, end }: { start: number; end: number }) => end - start;

  it('are never more than their sum nor fewer than the longest, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
        const covered = coveredMonths(ranges);
        expect(covered).toBeLessThanOrEqual(ranges.reduce((sum, one) => sum + length(one), 0));
        expect(covered).toBeGreaterThanOrEqual(Math.max(...ranges.map(length)));
        expect(coveredMonths(ranges.toReversed())).toBe(covered);
        expect(coveredMonths([...ranges, ...ranges])).toBe(covered);
      }),
      { numRuns: 200 },
    );
  });

  it('are read without fault from any text', () => {
    const token = fc.constantFrom(
      'Jan',
      '2019',
      '–',
      '-',
      'to',
      'Present',
      "'19",
      'Q3',
      'Summer',
      '03',
      '/',
      '.',
      '(6 months)',
      '\t',
      ' ',
      'seit',
      '99',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), fc.boolean(), (tokens, lone) => {
        const line = tokens.join(' ');
        const dates = readDates(line, now, lone);
        if (!dates || 'ignored' in dates) return;
        const { start, end, index, length: size } = dates.range;
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(2026 * 12 + 6);
        expect(index + size).toBeLessThanOrEqual(line.length);
      }),
      { numRuns: 500 },
    );
  });
});
