import { describe, expect, it } from 'vitest';
import { analyzeResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { taxonomy } from '#src/skills/index.js';

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ id: index + 1, ...skill })));
const now = new Date('2026-06-15T12:00:00Z');
const analyze = (text: string) => analyzeResume(text, matcher, now);

const resume = `Jo Doe
jo.doe@example.com | +44 20 7946 0123 | https://jo.example.com

S U M M A R Y
Engineer for data platforms.

Work Experience
Senior Data Engineer at Acme\tJul 2020 – Present
• Pipelines in Python and Apache Kafka
Data Engineer at Bolt\tJul 2018 – Jun 2021
• Reports in Python and SQL

Education
MSc Computer Science, University of Leeds, 2018

Skills: Python, SQL, Docker`;

describe('a resume', () => {
  const analysis = analyze(resume);

  it('is divided by its headings', () => {
    expect(analysis.sections.map(({ kind, line }) => [kind, line])).toEqual([
      ['header', 1],
      ['summary', 4],
      ['experience', 7],
      ['education', 13],
      ['skills', 16],
    ]);
  });

  it('tells whom to contact', () => {
    expect(analysis.contact).toEqual({
      emails: ['jo.doe@example.com'],
      phones: ['+44 20 7946 0123'],
      links: ['https://jo.example.com'],
    });
  });

  it('tells for how long skills were used, counting overlapping jobs once', () => {
    const years = Object.fromEntries(analysis.skills.map((skill) => [skill.name, skill.years]));
    expect(years).toMatchObject({ Python: 8, SQL: 3, 'Apache Kafka': 6, Docker: null });
  });

  it('tells the experience', () => {
    expect(analysis.experience).toMatchObject({ totalYears: 8, level: 'senior' });
  });

  it('has a score that is the weighted sum of its explained parts', () => {
    const { total, parts } = analysis.score;
    const sum = Object.values(parts).reduce((all, { score, weight }) => all + score * weight, 0);
    expect(total).toBe(Math.round(sum));
    expect(Object.values(parts).reduce((all, { weight }) => all + weight, 0)).toBeCloseTo(1);
    expect(parts.experience.explanation).toBe('2 dated jobs over 8 years, 2 with title and employer.');
    expect(parts.completeness).toMatchObject({ score: 100, explanation: 'Nothing is missing.' });
  });

  it('is analysed the same way twice', () => {
    expect(analyze(resume)).toEqual(analysis);
  });
});

it('says what is missing', () => {
  const { score, skills, experience, education } = analyze('Nothing of interest here');
  expect(score.total).toBe(0);
  expect(score.parts.completeness.explanation).toBe(
    'Missing: an e-mail address, a phone number, a summary, a work history with dates, an education section, a skills section.',
  );
  expect({ skills, education, jobs: experience.jobs, level: experience.level }).toEqual({
    skills: [],
    education: [],
    jobs: [],
    level: 'entry',
  });
});

it('takes neither dates nor long numbers for a phone number', () => {
  expect(analyze('2018 - 2020\n01.01.2019 - 31.12.2020\n1234567890123456789').contact.phones).toEqual([]);
});

it.each([
  ['one endless line', 'Python, C, '.repeat(40_000)],
  ['nothing but dates', `Experience\n${'Cook 2018 – 2019\n'.repeat(25_000)}`],
  ['nothing but brackets', `Experience\n${'('.repeat(400_000)} 2018 – 2019`],
  ['nothing but addresses', 'a.b-c@d.e-f.'.repeat(40_000)],
  ['nothing but degrees', `Education\n${'BSc (MSc)\n'.repeat(40_000)}`],
])('gets through %s', (_, text) => {
  expect(analyze(text).score.total).toBeLessThanOrEqual(100);
});
