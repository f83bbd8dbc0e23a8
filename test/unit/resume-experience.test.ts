import { describe, expect, it } from 'vitest';
import { findJobs, summarizeExperience } from '#src/resumes/analyze/experience.js';
import { jobLevel } from '#src/resumes/analyze/job-level.js';
import { findSections, sectionByLine } from '#src/resumes/analyze/sections.js';

const now = new Date('2026-06-15T12:00:00Z');

function historyOf(text: string) {
  const lines = text.split('\n');
  return findJobs(lines, sectionByLine(findSections(lines)), now);
}
const jobsIn = (text: string) => historyOf(text).blocks;
const heads = (text: string) => jobsIn(text).map(({ job: { title, employer } }) => ({ title, employer }));
const placed = (text: string) => jobsIn(text).map(({ job: { title, employer, place } }) => ({ title, employer, place }));

describe('the head of a job', () => {
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
    ['Experience\nJan 2019 – Present\tSenior Engineer\nAcme Corp\n• Did things'],
    ['Experience\nJan 2019 – Present\tSenior Engineer, Acme Corp\n• Did things'],
    ['Experience\nSenior Engineer\tJan 2019 - Mar 2021 · 2 yrs 3 mos\nAcme Corp\n• Did things'],
    ['Experience\n• Jan 2019 – Present: Senior Engineer, Acme Corp'],
    ['Experience\n\nSenior Engineer at Acme Corp\n\nJan 2019 – Present\n\n• Did things'],
    ['Experience\n\nSenior Engineer Jan 2019 – Present\n\nAcme Corp\n\n• Did things'],
  ])('is read from %j', (text) => {
    expect(heads(text)).toEqual(expected);
  });

  it.each([
    ['Experience\nCook, Acme Inc., Leeds\t2018 – 2020', 'Acme Inc.', 'Leeds'],
    ['Experience\nCook\t2018 – 2020\nAcme, Springfield, IL', 'Acme', 'Springfield, IL'],
    ['Experience\nCook\t2018 – 2020\nAcme Ltd\tLille, France', 'Acme Ltd', 'Lille, France'],
    ['Experience\nCook\tLyon, France\nAcme\t2018 – 2020', 'Acme', 'Lyon, France'],
    ['Experience\nCook — Acme (Remote)\t2018 – 2020', 'Acme', 'Remote'],
    ['Experience\nAcme | Berlin, Germany\nCook\t2018 – 2020', 'Acme', 'Berlin, Germany'],
    ['Experience\nCook\t2018 – 2020\nBaker & Partner, Leeds', 'Baker & Partner', 'Leeds'],
  ])('tells the place in %j', (text, employer, place) => {
    expect(placed(text)).toEqual([{ title: 'Cook', employer, place }]);
  });

  it.each([
    ['Berufserfahrung\nKrankenpflegerin\tseit 2016\nCharité', 'Krankenpflegerin', 'Charité'],
    ['Expérience professionnelle\nIngénieure logiciel chez Acme\tjanv. 2018 – août 2020', 'Ingénieure logiciel', 'Acme'],
    ['Experiencia laboral\nDiseñadora gráfica, Acme\tenero 2018 – actualidad', 'Diseñadora gráfica', 'Acme'],
    ['Досвід роботи\nІнженерка-програмістка\tсічень 2018 – дотепер\nТОВ Акме', 'Інженерка-програмістка', 'ТОВ Акме'],
  ])('is read in other languages: %j', (text, title, employer) => {
    expect(heads(text)).toEqual([{ title, employer }]);
  });

  it('leaves out what it cannot tell', () => {
    expect(placed('Experience\nJan 2019 – Present')).toEqual([{ title: null, employer: null, place: null }]);
  });

  it('is not taken from the text of the job before', () => {
    const text =
      'Experience\nNurse\t2018 – 2020\n• Cared for patients in a ward that had\nforty beds\nHead Nurse\t2020 – 2022\nCity Hospital';
    expect(heads(text)[1]).toEqual({ title: 'Head Nurse', employer: 'City Hospital' });
  });

  it('is not taken from the job behind', () => {
    const text = 'Experience\nHead Nurse\t2020 – 2022\n\nCity Hospital\nNurse\t2018 – 2020\n• Cared';
    expect(heads(text)).toEqual([
      { title: 'Head Nurse', employer: null },
      { title: 'Nurse', employer: 'City Hospital' },
    ]);
  });

  it('is not shared with the job before', () => {
    const text = 'Experience\n2020 – 2022\tSenior Cook\nAcme\n2018 – 2020\tCook\nBolt';
    expect(heads(text)).toEqual([
      { title: 'Senior Cook', employer: 'Acme' },
      { title: 'Cook', employer: 'Bolt' },
    ]);
  });
});

describe('several positions at one employer', () => {
  it('share its name when its own dates stand above them', () => {
    const text =
      'Experience\nAcme Corp\t2016 – Present\n\nSenior Engineer\tJan 2019 – Present\n• Led\n\nEngineer\tJan 2016 – Dec 2018\n• Built\n\nCook, Bistro Lyon\t2012 – 2014';
    expect(heads(text)).toEqual([
      { title: 'Senior Engineer', employer: 'Acme Corp' },
      { title: 'Engineer', employer: 'Acme Corp' },
      { title: 'Cook', employer: 'Bistro Lyon' },
    ]);
  });

  it('share its name when one follows the other', () => {
    const text = 'Experience\nAcme Corp\nSenior Engineer\tJan 2019 – Present\n• Led\n\nEngineer\tJan 2016 – Dec 2018\n• Built';
    expect(heads(text)).toEqual([
      { title: 'Senior Engineer', employer: 'Acme Corp' },
      { title: 'Engineer', employer: 'Acme Corp' },
    ]);
  });
});

describe('a work history', () => {
  it('gives each job the lines that tell of it', () => {
    const blocks = jobsIn(
      'Experience\nCook\t2018 – 2019\n• Soup\nDriver\t2020 – 2021\n• Bus\nEducation\nBSc Physics, 2010 – 2013',
    );
    expect(blocks.map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, 5],
    ]);
  });

  it('is looked for at the top of a resume without headings', () => {
    expect(heads('Jo Doe\nCook at Bistro Lyon\n2018 – 2019')).toEqual([{ title: 'Cook', employer: 'Bistro Lyon' }]);
  });

  it('has no job in a bullet that only mentions dates', () => {
    expect(heads('Experience\nCook, Bistro\t2018 – 2021\n• Cut waste by a third in 2019 – 2020, then by half')).toHaveLength(1);
  });

  it('counts a single date beside a title', () => {
    expect(jobsIn('Experience\nSummer Camp Instructor\tSummer 2018\nAcme')).toMatchObject([
      { job: { title: 'Summer Camp Instructor', employer: 'Acme', start: '2018-06', end: '2018-08' } },
    ]);
  });

  it('leaves out dates that cannot be, and says so', () => {
    const { blocks, ignoredDates } = historyOf('Experience\nCook, Bistro\t2021 – 2019\nWaiter, Bistro\t2030 – Present');
    expect(blocks).toEqual([]);
    expect(ignoredDates).toEqual(['2021 – 2019', '2030 – Present']);
  });

  it('sums up to years and a level, by the newest job', () => {
    const text =
      'Experience\nJunior Developer at A\t2016 – 2018\nSenior Developer at B\t2018 – 2022\nDeveloper at C\t2017 – 2019';
    expect(summarizeExperience(jobsIn(text), '')).toMatchObject({ totalYears: 6, level: 'senior' });
  });

  it('counts internships half, unless a job ran beside them', () => {
    const internship = 'Experience\nIntern, Acme\tJan 2020 – Dec 2020';
    expect(summarizeExperience(jobsIn(internship), '')).toMatchObject({
      totalYears: 0.5,
      jobs: [{ isInternship: true, years: 1 }],
    });
    expect(summarizeExperience(jobsIn(`${internship}\nCook, Bistro\tJan 2020 – Dec 2020`), '').totalYears).toBe(1);
  });
});

describe('the level', () => {
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
    ['Teamleiterin Pflege', 6, 'lead'],
    ['Directrice marketing', 8, 'lead'],
    ['Jefa de cocina', 8, 'lead'],
    ['Старший інженер', 4, 'senior'],
    ['Молодший аналітик', 4, 'junior'],
    ['Leadership Coach', 4, 'mid'],
    ['Director', 3, 'mid'],
    ['Cheffe de projet digital', 7, 'senior'],
    ["Chef d'équipe", 7, 'lead'],
  ])('of a %s with %d years is %s', (title, years, level) => {
    expect(jobLevel(title, years)).toBe(level);
  });
});
