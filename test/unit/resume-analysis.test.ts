import { describe, expect, it } from 'vitest';
import { analyzeResume, assessResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { taxonomy } from '#src/skills/index.js';

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ id: index + 1, ...skill })));
const now = new Date('2026-06-15T12:00:00Z');
const analyze = (text: string) => analyzeResume(text, matcher, now);

const resume = `Jo Doe
jo.doe@example.com | +44 20 7946 0123 | https://jo.example.com

S U M M A R Y
Engineer for data platforms.

Work Experience
Senior Data Engineer at Acme, Leeds\tJul 2020 – Present
• Pipelines in Python and Apache Kafka
Data Engineer at Bolt\tJul 2018 – Jun 2021
• Reports in Python and SQL

Education
MSc Computer Science, University of Leeds, 2018

Languages
English (native), German (B2)

Skills: Python, SQL, Docker`;

describe('a resume', () => {
  const analysis = analyze(resume);

  it('is divided by its headings', () => {
    expect(analysis.sections.map(({ kind, line }) => [kind, line])).toEqual([
      ['header', 1],
      ['summary', 4],
      ['experience', 7],
      ['education', 13],
      ['languages', 16],
      ['skills', 19],
    ]);
  });

  it('tells whom to contact', () => {
    expect(analysis.contact).toEqual({
      name: 'Jo Doe',
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
    expect(analysis.experience).toMatchObject({
      totalYears: 8,
      level: 'senior',
      jobs: [{ title: 'Senior Data Engineer', employer: 'Acme', place: 'Leeds' }, { employer: 'Bolt' }],
    });
  });

  it('tells education and languages', () => {
    expect(analysis.education).toMatchObject([{ degree: 'master', institution: 'University of Leeds', year: 2018 }]);
    expect(analysis.languages).toEqual([
      { code: 'en', name: 'English', level: 'native' },
      { code: 'de', name: 'German', level: 'intermediate' },
    ]);
  });

  it('has nothing to warn of', () => {
    expect(analysis.warnings).toEqual([]);
  });

  it('is analysed the same way twice', () => {
    expect(analyze(resume)).toEqual(analysis);
  });
});

it('finds nothing where nothing is', () => {
  const { skills, experience, education, languages, contact } = analyze('Nothing of interest here');
  expect({ skills, education, languages, jobs: experience.jobs, level: experience.level, name: contact.name }).toEqual({
    skills: [],
    education: [],
    languages: [],
    jobs: [],
    level: 'entry',
    name: null,
  });
});

it.each([
  ['one endless line', 'Python, C, '.repeat(40_000)],
  ['nothing but dates', `Experience\n${'Cook 2018 – 2019\n'.repeat(25_000)}`],
  ['nothing but brackets', `Experience\n${'('.repeat(400_000)} 2018 – 2019`],
  ['nothing but addresses', 'a.b-c@d.e-f.'.repeat(40_000)],
  ['nothing but hidden addresses', 'a at b dot '.repeat(40_000)],
  ['nothing but degrees', `Education\n${'BSc (MSc)\n'.repeat(40_000)}`],
  ['nothing but headings', `Experience\n${'Skills:\n'.repeat(50_000)}`],
  ['nothing but months', `Experience\n${'Jan 2019 – Feb '.repeat(19)}\n`.repeat(1_500)],
  ['nothing but languages', `Languages\n${'English German French\n'.repeat(20_000)}`],
  ['nothing but bullets that go on', `${'• one\n'}${'two three\n'.repeat(45_000)}`],
  ['nothing but spaces and dashes', ' - '.repeat(150_000)],
])('gets through %s', (_, text) => {
  expect(assessResume(analyze(text), { openJobs: 0, skills: [] }).score.total).toBeLessThanOrEqual(100);
});
