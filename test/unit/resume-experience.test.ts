import { describe, expect, it } from 'vitest';
import { coveredMonths, findDateRange } from '#src/resumes/analyze/date-range.js';
import { findEducation } from '#src/resumes/analyze/education.js';
import { findJobs, summarizeExperience } from '#src/resumes/analyze/experience.js';
import { jobLevel } from '#src/resumes/analyze/job-level.js';
import { findSections, sectionByLine } from '#src/resumes/analyze/sections.js';

const now = new Date('2026-06-15T12:00:00Z');

function jobsIn(text: string) {
  const lines = text.split('\n');
  return findJobs(lines, sectionByLine(findSections(lines)), now);
}
const heads = (text: string) => jobsIn(text).map(({ job: { title, employer } }) => ({ title, employer }));

describe('ranges of dates', () => {
  it.each([
    ['Jan 2019 – Present', '2019-01', null, 90],
    ['January 2019 - March 2019', '2019-01', '2019-03', 3],
    ['03/2018 to 02/2020', '2018-03', '2020-02', 24],
    ['2018-03 — 2020-02', '2018-03', '2020-02', 24],
    ['01.04.2015 - 31.12.2015', '2015-04', '2015-12', 9],
    ['2018 – 2020', '2018', '2020', 24],
    ['2020-2020', '2020', '2020', 6],
    ['Sept. 2020 until today', '2020-09', null, 70],
    ['März 2020 bis heute', '2020-03', null, 76],
    ['février 2021 à mai 2021', '2021-02', '2021-05', 4],
    ['enero de 2022 - actualidad', '2022-01', null, 54],
    ['січень 2023 – дотепер', '2023-01', null, 42],
    ['since May 2026', '2026-05', null, 2],
    ['Engineer (Mar 2024–Apr 2024), Paris', '2024-03', '2024-04', 2],
  ])('reads %j', (line, start, end, months) => {
    const range = findDateRange(line, now)!;
    expect(range).toMatchObject({ startText: start, endText: end });
    expect(range.end - range.start).toBe(months);
  });

  it.each([
    'Built 2000 things',
    'Tel. 2019-2021-55',
    '2021 - 2019',
    'May 2027 – Present',
    '1890 – 1910',
    'room 12019 – 20200',
    'Award of 2019',
  ])('finds none in %j', (line) => {
    expect(findDateRange(line, now)).toBeUndefined();
  });

  it('cuts off what lies in the future', () => {
    const range = findDateRange('2025 – Dec 2030', now)!;
    expect(range.end).toBe(2026 * 12 + 6);
  });

  it('counts what overlaps once', () => {
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
});

describe('jobs', () => {
  const expected = [{ title: 'Senior Engineer', employer: 'Acme Corp' }];
  it.each([
    ['Experience\nSenior Engineer, Acme Corp\tJan 2019 – Present\n• Did things'],
    ['Experience\nSenior Engineer at Acme Corp (Jan 2019 – Present)\n• Did things'],
    ['Experience\nSenior Engineer\tJan 2019 – Present\nAcme Corp\n• Did things'],
    ['Experience\nSenior Engineer\nAcme Corp\tJan 2019 – Present\n• Did things'],
    ['Experience\nAcme Corp\nSenior Engineer\tJan 2019 – Present\n• Did things'],
    ['Experience\nAcme Corp | Senior Engineer\nJan 2019 – Present\n• Did things'],
    ['Experience\nJan 2019 – Present\nSenior Engineer\nAcme Corp\n• Did things'],
    ['Experience\nJan 2019 – Present: Acme Corp\nSenior Engineer\n• Did things'],
  ])('reads title and employer from %j', (text) => {
    expect(heads(text)).toEqual(expected);
  });

  it('leaves out what it cannot tell', () => {
    expect(heads('Experience\nJan 2019 – Present')).toEqual([{ title: null, employer: null }]);
  });

  it('does not take the text of one job for the head of the next', () => {
    const text =
      'Experience\nNurse\t2018 – 2020\n• Cared for patients in a ward that had\nforty beds\nHead Nurse\t2020 – 2022\nCity Hospital';
    expect(heads(text)[1]).toEqual({ title: 'Head Nurse', employer: 'City Hospital' });
  });

  it('gives each job the lines that tell of it', () => {
    const blocks = jobsIn(
      'Experience\nCook\t2018 – 2019\n• Soup\nDriver\t2020 – 2021\n• Bus\nEducation\nBSc Physics, 2010 – 2013',
    );
    expect(blocks.map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, 5],
    ]);
  });

  it('looks at the top of a resume without headings', () => {
    expect(heads('Jo Doe\nCook at Bistro Lyon\n2018 – 2019')).toEqual([{ title: 'Cook', employer: 'Bistro Lyon' }]);
  });

  it('sums up to years and a level, by the newest job', () => {
    const text =
      'Experience\nJunior Developer at A\t2016 – 2018\nSenior Developer at B\t2018 – 2022\nDeveloper at C\t2017 – 2019';
    expect(summarizeExperience(jobsIn(text), '')).toMatchObject({ totalYears: 6, level: 'senior' });
  });

  it.each([
    ['Developer', 0.5, 'entry'],
    ['Developer', 2, 'junior'],
    ['Developer', 5, 'mid'],
    ['Developer', 12, 'senior'],
    ['Senior Developer', 3.5, 'senior'],
    ['Senior Developer', 1, 'junior'],
    ['Head of Design', 5, 'lead'],
    ['Head of Design', 1, 'junior'],
    ['Intern', 9, 'junior'],
  ])('a %s of %d years is %s', (title, years, level) => {
    expect(jobLevel(title, years)).toBe(level);
  });
});

describe('education', () => {
  const educationIn = (text: string) => {
    const lines = text.split('\n');
    return findEducation(lines, sectionByLine(findSections(lines)));
  };

  it('reads degrees, institutions and years', () => {
    expect(
      educationIn('Education\nMSc Statistics, University of Leeds\n2017 - 2019\nSpringfield College\nBachelor of Arts (2016)'),
    ).toEqual([
      { degree: 'master', title: 'MSc Statistics', institution: 'University of Leeds', year: 2019 },
      { degree: 'bachelor', title: 'Bachelor of Arts', institution: 'Springfield College', year: 2016 },
    ]);
  });

  it.each([
    ['Ph.D. in Physics', 'doctorate'],
    ['MBA', 'master'],
    ['B.Sc. Biology', 'bachelor'],
    ['BA History', 'bachelor'],
    ['Associate Degree in Nursing', 'associate'],
    ['Ausbildung zum Koch', 'vocational'],
    ['High School Diploma', 'vocational'],
    ['Abitur', 'school'],
  ])('%s is a %s', (line, degree) => {
    expect(educationIn(`Education\n${line}`)).toMatchObject([{ degree }]);
  });

  it('takes no degree from elsewhere', () => {
    expect(educationIn('Experience\nTaught MSc students')).toEqual([]);
  });
});
