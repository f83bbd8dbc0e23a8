import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeExperience } from '#src/resumes/analyze/experience.js';
import { analyzeResume, assessResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import type { FileFacts, ResumeFindings, SkillDemand } from '#src/resumes/analyze/types.js';

const now = new Date('2026-06-15T12:00:00Z');
const skills = ['Python', 'SQL', 'Docker', 'Kubernetes', 'Terraform'].map((name, index) => ({
  id: index + 1,
  name,
  category: 'technical',
  aliases: [],
}));
const matcher = createSkillMatcher(skills);
const idOf = (wanted: string) => skills.find(({ name }) => name === wanted)!.id;
const read = (text: string, file?: FileFacts) => analyzeResume(text, matcher, now, file);

const noDemand: SkillDemand = { openJobs: 0, skills: [] };
const asked = (name: string, openJobs: number, related: string[] = []) => ({
  skillId: idOf(name),
  name,
  openJobs,
  weight: openJobs,
  related,
});
const demand: SkillDemand = {
  openJobs: 50,
  skills: [asked('Python', 40), asked('SQL', 25), asked('Kubernetes', 17, ['Docker']), asked('Terraform', 18)],
};

const resume = `Jo Doe
jo.doe@example.com | +44 20 7946 0123

Summary
Engineer for data platforms with a liking for plain code, and for teams in which everybody can change everything.

Experience
Senior Data Engineer at Acme\tJul 2020 – Present
• Built pipelines in Python that move 3 million rows a day from the shops to the warehouse
• Took the nightly reports from SQL scripts to models that the analysts maintain themselves
• Led a group of four engineers through the move of all services to Docker
Data Engineer at Bolt\tJul 2018 – Jun 2020
• Wrote reports in Python and SQL that the whole of the sales department has used ever since
• Cut the time of the monthly closing from five days to one by loading only what had changed
• Answered the questions of the finance department about where each figure comes from

Education
MSc Computer Science, University of Leeds, 2018

Skills
Python, SQL, Docker`;

const partsOf = (findings: ResumeFindings, of: SkillDemand = demand) => assessResume(findings, of).score.parts;

describe('the score', () => {
  const { score } = assessResume(read(resume), demand);

  it('is the weighted sum of its parts', () => {
    const sum = Object.values(score.parts).reduce((all, part) => all + part.score * part.weight, 0);
    expect(score.total).toBe(Math.round(sum));
    expect(Object.values(score.parts).reduce((all, { weight }) => all + weight, 0)).toBeCloseTo(1);
  });

  it('tells of each part why, and what would raise it', () => {
    expect(score.parts.skills.reason).toBe('3 skills found; they make up 65% of what 50 fitting open jobs ask for.');
    expect(score.parts.skills.hint).toBe(
      'Fitting jobs often ask for Terraform, Kubernetes: name them if you know them, or learn one.',
    );
    expect(score.parts.experience.reason).toBe('2 dated jobs over 8 years, 2 with title and employer.');
    expect(score.parts.evidence).toMatchObject({ hint: 'Name results in figures: how many, how much, how fast.' });
    expect(score.parts.completeness).toMatchObject({ score: 100, reason: 'Nothing is missing.', hint: null });
    expect(score.parts.readability).toMatchObject({ score: 100, reason: 'Easy to read.', hint: null });
  });

  it('is the same for the same resume and demand', () => {
    expect(assessResume(read(resume), demand).score).toEqual(score);
  });

  it('rises with the share of what fitting jobs ask for', () => {
    const richer = read(`${resume}, Kubernetes`);
    expect(partsOf(richer).skills.score).toBeGreaterThan(partsOf(read(resume.replace('SQL, Docker', 'Docker'))).skills.score);
    expect(partsOf(richer).skills.reason).toContain('82%');
  });

  it('goes by the number of skills when no open job fits', () => {
    expect(partsOf(read(resume), noDemand).skills.reason).toBe('3 skills found; no open job asks for them at present.');
  });

  it('says what is missing', () => {
    const { total, parts } = assessResume(read('Nothing of interest here'), noDemand).score;
    expect(total).toBe(0);
    expect(parts.completeness).toMatchObject({
      reason:
        'Missing: your name at the top, an e-mail address, a phone number, a summary, a work history with dates, ' +
        'an education section with a degree or certificate, a skills section.',
      hint: 'Add your name at the top.',
    });
  });

  it('falls with text that nobody sees', () => {
    const hidden = read(resume, { pages: 1, hidden: { characters: 900 }, truncated: false, recognized: false });
    expect(partsOf(hidden).readability).toMatchObject({ score: 50, reason: 'It has hidden text.' });
  });

  const job = fc
    .record({
      start: fc.integer({ min: 1990 * 12, max: 2025 * 12 }),
      months: fc.integer({ min: 1, max: 240 }),
      title: fc.constantFrom(null, 'Cook', 'Intern', 'Director'),
      employer: fc.constantFrom(null, 'Acme'),
    })
    .map(({ start, months, title, employer }) => ({
      job: { title, employer, place: null, isInternship: title === 'Intern', start: '', end: '', years: months / 12, line: 1 },
      range: { start, end: start + months, startText: '', endText: '', index: 0, length: 0 },
      from: 0,
      to: 1,
    }));

  it('stays within 0 and 100, and one more job never lowers the part for experience', () => {
    const base = read(resume);
    fc.assert(
      fc.property(fc.array(job, { maxLength: 6 }), job, (jobs, added) => {
        const fewer = partsOf({ ...base, experience: summarizeExperience(jobs, '') }).experience.score;
        const more = partsOf({ ...base, experience: summarizeExperience([...jobs, added], '') }).experience.score;
        expect(more).toBeGreaterThanOrEqual(fewer);
        expect(more).toBeLessThanOrEqual(100);
      }),
      { numRuns: 200 },
    );
  });

  it('stays within 0 and 100 for any lines', () => {
    const line = fc.constantFrom(
      ...resume.split('\n'),
      '• 2019',
      'Intern\t2019',
      'Languages: English (C1)',
      '',
      '(',
      'Skills',
      'EXPERIENCE',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { total, parts } = assessResume(read(lines.join('\n')), demand).score;
        for (const value of [total, ...Object.values(parts).map(({ score: one }) => one)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the skill gaps', () => {
  it('are what fitting jobs ask for and the resume lacks, most asked for first, with what they go together with', () => {
    expect(assessResume(read(resume), demand).gaps).toEqual([
      {
        skillId: idOf('Terraform'),
        name: 'Terraform',
        openJobs: 18,
        share: 0.36,
        related: [],
        reason: 'Asked for in 36% of the open jobs that fit you.',
      },
      {
        skillId: idOf('Kubernetes'),
        name: 'Kubernetes',
        openJobs: 17,
        share: 0.34,
        related: ['Docker'],
        reason: 'Asked for in 34% of the open jobs that fit you, and goes together with your Docker.',
      },
    ]);
  });

  it('are ten at most, and none without open jobs', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      skillId: 100 + index,
      name: `S${index}`,
      openJobs: 1,
      weight: 1,
      related: [],
    }));
    expect(assessResume(read(resume), { openJobs: 1, skills: many }).gaps).toHaveLength(10);
    expect(assessResume(read(resume), noDemand).gaps).toEqual([]);
  });
});

describe('warnings', () => {
  const codesIn = (text: string, file?: FileFacts) => read(text, file).warnings.map(({ code }) => code);
  const withJobs = (...jobs: string[]) => `Jo Doe\njo@example.com\nExperience\n${jobs.join('\n')}`;

  it('are none for a sound resume', () => {
    expect(codesIn(resume, { pages: 2, hidden: null, truncated: false, recognized: false })).toEqual([]);
  });

  it.each<[string, string, FileFacts | undefined, string[]]>([
    ['hidden text', resume, { pages: 1, hidden: { characters: 5 }, truncated: false, recognized: false }, ['HIDDEN_TEXT']],
    ['a text that was cut off', resume, { pages: 1, hidden: null, truncated: true, recognized: false }, ['TRUNCATED']],
    ['text in pictures', resume, { pages: 1, hidden: null, truncated: false, recognized: true }, ['RECOGNIZED']],
    ['many pages', resume, { pages: 9, hidden: null, truncated: false, recognized: false }, ['TOO_LONG']],
    ['no headings', 'Jo Doe\njo@example.com', undefined, ['NO_SECTIONS']],
    ['no contact', 'Jo Doe\nSkills\nSQL', undefined, ['NO_CONTACT']],
    ['a history without dates', withJobs('Cook, Bistro Lyon'), undefined, ['NO_DATES']],
    ['dates that cannot be', withJobs('Cook, Bistro\t2018 – 2020', 'Waiter, Bistro\t2031 – 2032'), undefined, ['DATES_IGNORED']],
    ['a gap', withJobs('Cook, Bistro\tMay 2019 – Present', 'Waiter, Bistro\tJan 2015 – Dec 2017'), undefined, ['DATE_GAP']],
  ])('name %s', (_, text, file, codes) => {
    expect(codesIn(text, file)).toEqual(codes);
  });

  it('say when nothing was worked', () => {
    const { warnings } = read(withJobs('Cook, Bistro\tMay 2019 – Present', 'Waiter, Bistro\tJan 2015 – Dec 2017'));
    expect(warnings[0]?.message).toBe('No job is given for 2018-01 to 2019-04.');
  });

  it('have nothing to say of the time of studies', () => {
    const jobs = withJobs('Cook, Bistro\tMay 2019 – Present', 'Waiter, Bistro\tJan 2015 – Dec 2016');
    expect(codesIn(`${jobs}\nEducation\nBSc Physics, University of Leeds, 2018`)).toEqual([]);
  });

  it('take years alone to last to their ends', () => {
    expect(codesIn(withJobs('Cook, Bistro\t2018 – Present', 'Waiter, Bistro\t2015 – 2017'))).toEqual([]);
  });
});
