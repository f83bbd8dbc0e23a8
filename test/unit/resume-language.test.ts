import { expect, it } from 'vitest';
import { detectLanguage } from '#src/resumes/extract/language.js';

it.each([
  ['Nurse with ten years on the wards of a hospital, and a liking for night shifts', 'en'],
  ['Work experience\nCook\nEducation\nSkills\nReferences', 'en'],
  ['Berufserfahrung\nKoch, seit 2019\nAusbildung\nKenntnisse\nSprachen', 'de'],
  ['Expérience professionnelle\nCuisinier depuis 2019\nFormation\nCompétences\nLangues', 'fr'],
  ['Experiencia laboral\nCocinero desde 2019\nFormación\nHabilidades\nIdiomas', 'es'],
  ['Досвід роботи\nКухар, 2019 – дотепер\nОсвіта\nНавички\nМови', 'uk'],
])('the language of the short text %j is %s', (text, language) => {
  expect(detectLanguage(text)).toBe(language);
});

it.each(['Python, SQL, Docker, React, TypeScript', 'Jo Doe\n2018 – 2020', ''])('is left open for %j', (text) => {
  expect(detectLanguage(text)).toBeNull();
});
