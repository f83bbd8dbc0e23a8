import { describe, expect, it } from 'vitest';
import { findSections } from '#src/resumes/analyze/sections.js';

const kindsIn = (text: string) =>
  findSections(text.split('\n'))
    .slice(1)
    .map(({ kind }) => kind);

describe('a heading', () => {
  it.each([
    ['Work Experience', 'experience'],
    ['WORK EXPERIENCE', 'experience'],
    ['E X P E R I E N C E', 'experience'],
    ['Professional Experience:', 'experience'],
    ['2. Employment History', 'experience'],
    ['IV. Publications', 'publications'],
    ['• EDUCATION', 'education'],
    ['🎓 Education', 'education'],
    ['— Skills —', 'skills'],
    ['Relevant Work Experience', 'experience'],
    ['Experience (continued)', 'experience'],
    ['Education & Certifications', 'education'],
    ['Skills and Interests', 'skills'],
    ['My Projects', 'projects'],
    ['Technical Skills: Python, SQL', 'skills'],
    ['Beruflicher Werdegang', 'experience'],
    ['Aus- und Weiterbildung', 'education'],
    ['EDV-Kenntnisse', 'skills'],
    ['Expériences professionnelles', 'experience'],
    ['EXPERIENCE PROFESSIONNELLE', 'experience'],
    ["Centres d'intérêt", 'interests'],
    ['Formación académica', 'education'],
    ['Formacion academica', 'education'],
    ['Competencias técnicas', 'skills'],
    ['Досвід роботи', 'experience'],
    ['ОСВІТА', 'education'],
    ['Знання мов:', 'languages'],
  ])('%j announces %s', (line, kind) => {
    expect(kindsIn(line)).toEqual([kind]);
  });

  it.each([
    'Experience with Python and SQL',
    'My education was long',
    'Skillset manager',
    'Experience 2019 – 2020',
    'Nurse',
    '• skills',
  ])('%j is none, or a list item', (line) => {
    expect(kindsIn(`• something\n${line}`)).toEqual([]);
  });
});

describe('a line within a job that looks like a heading', () => {
  it('is none when each job has it', () => {
    const text = 'Experience\nCook\t2018 – 2019\nAchievements\n• Soup\nDriver\t2020 – 2021\nAchievements\n• Bus\nEducation';
    expect(kindsIn(text)).toEqual(['experience', 'education']);
  });

  it('is none when it looks unlike the headings and the history goes on', () => {
    const text = 'EXPERIENCE\nCook\t2018 – 2019\nAchievements:\n• Soup\nDriver\t2020 – 2021\n• Bus\nEDUCATION';
    expect(kindsIn(text)).toEqual(['experience', 'education']);
  });

  it('is none when the section has its own heading', () => {
    const text = 'EXPERIENCE\nDeveloper\t2018 – 2019\nSkills: Python, SQL\n\nSKILLS\nPython';
    expect(kindsIn(text)).toEqual(['experience', 'skills']);
  });

  it('opens a section when nothing speaks against it', () => {
    expect(kindsIn('Experience\nCook\t2018 – 2019\n• Soup\n\nSkills: Baking')).toEqual(['experience', 'skills']);
  });
});
