import { describe, expect, it } from 'vitest';
import { findEducation } from '#src/resumes/analyze/education.js';
import { findSections, sectionByLine } from '#src/resumes/analyze/sections.js';
import { findLanguages } from '#src/resumes/analyze/spoken-languages.js';

const now = new Date('2026-06-15T12:00:00Z');

function read<T>(text: string, find: (lines: string[], sections: ReturnType<typeof sectionByLine>) => T): T {
  const lines = text.split('\n');
  return find(lines, sectionByLine(findSections(lines)));
}
const educationIn = (text: string) => read(text, (lines, sections) => findEducation(lines, sections, now));
const languagesIn = (text: string) => Object.fromEntries(read(text, findLanguages).map(({ code, level }) => [code, level]));

describe('education', () => {
  it('has degrees, institutions and years', () => {
    expect(
      educationIn('Education\nMSc Statistics, University of Leeds\n2017 - 2019\nSpringfield College\nBachelor of Arts (2016)'),
    ).toEqual([
      { degree: 'master', title: 'MSc Statistics', institution: 'University of Leeds', year: 2019, inProgress: false },
      { degree: 'bachelor', title: 'Bachelor of Arts', institution: 'Springfield College', year: 2016, inProgress: false },
    ]);
  });

  it.each([
    ['Ph.D. in Physics', 'doctorate'],
    ['Dr. rer. nat. Chemie', 'doctorate'],
    ['MBA', 'master'],
    ['M.Sc. Biology', 'master'],
    ['Diplom-Ingenieur Maschinenbau', 'master'],
    ["Diplôme d'ingénieur", 'master'],
    ['Máster en Ciencia de Datos', 'master'],
    ['Магістр комп’ютерних наук', 'master'],
    ['B.Sc. Biology', 'bachelor'],
    ['BA History', 'bachelor'],
    ['Licence de lettres', 'bachelor'],
    ['Grado en Derecho', 'bachelor'],
    ['Бакалавр філології', 'bachelor'],
    ['Associate Degree in Nursing', 'associate'],
    ['Ausbildung zum Koch', 'vocational'],
    ['BTS Informatique', 'vocational'],
    ['Técnico Superior en Electricidad', 'vocational'],
    ['Diploma in Nursing', 'vocational'],
    ['High School Diploma', 'school'],
    ['Abitur', 'school'],
    ['Bachillerato', 'school'],
  ])('%s is a %s', (line, degree) => {
    expect(educationIn(`Education\n${line}`)).toMatchObject([{ degree }]);
  });

  it.each([
    'BSc Physics, University of Leeds, expected 2028',
    'BSc Physics, University of Leeds\n2024 – Present',
    'BSc Physics (in progress)',
    'Bachelor Informatik, voraussichtlich 2027',
    'Licence de lettres (en cours)',
  ])('is in progress in %j', (lines) => {
    expect(educationIn(`Education\n${lines}`)).toMatchObject([{ inProgress: true }]);
  });

  it('has no degree from elsewhere', () => {
    expect(educationIn('Experience\nTaught MSc students')).toEqual([]);
  });

  it('does not take a state for a degree', () => {
    expect(educationIn('Education\nBoston College, Boston, MA')).toEqual([]);
  });
});

describe('spoken languages', () => {
  it.each([
    ['Languages\nEnglish (native), German – C1, French: basic', { en: 'native', de: 'advanced', fr: 'basic' }],
    ['Languages\nFluent in English and Spanish', { en: 'fluent', es: 'fluent' }],
    ['Languages\nNative Polish, conversational Dutch', { pl: 'native', nl: 'intermediate' }],
    ['Languages\nEnglish\nNative\nItalian\nB2', { en: 'native', it: 'intermediate' }],
    ['Languages\nEnglish, Swahili', { en: null, sw: null }],
    ['Sprachen\nDeutsch: Muttersprache\nEnglisch: verhandlungssicher', { de: 'native', en: 'fluent' }],
    ['Langues\nFrançais : langue maternelle\nAnglais : courant', { fr: 'native', en: 'fluent' }],
    ['Idiomas\nEspañol nativo\nInglés avanzado', { es: 'native', en: 'advanced' }],
    ['Мови\nУкраїнська — рідна\nАнглійська — B2', { uk: 'native', en: 'intermediate' }],
    ['Skills\nPython, SQL\nLanguages: English (fluent), Turkish', { en: 'fluent', tr: null }],
    ['Skills\nExcel, German (B2)', { de: 'intermediate' }],
  ])('are read from %j', (text, expected) => {
    expect(languagesIn(text)).toEqual(expected);
  });

  it('are not taken from what someone did, or from a list without levels', () => {
    expect(languagesIn('Experience\nTaught English to advanced learners\nSkills\nPolish notation, French press')).toEqual({});
  });
});
