import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeResume, createSkillMatcher } from '#src/resumes/analyze/index.js';
import { createReader } from '#src/resumes/index.js';
import { profileSkills } from '#src/resumes/proficiency.js';
import { taxonomy } from '#src/skills/index.js';
import { type ExpectedResume, measureFacts, measureSkills } from '../../scripts/lib/resume-evaluation.mjs';

const folder = path.join(import.meta.dirname, '../fixtures/resumes');
const expectations: Record<string, ExpectedResume> = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ ...skill, id: index + 1 })));
const reader = createReader();
afterAll(() => reader.close());

async function analyzeFixture(name: string) {
  const { type, text, language, ...file } = await reader.extract(readFileSync(path.join(folder, name)));
  const { skills, experience, contact, warnings } = analyzeResume(text, matcher, new Date('2026-01-15T12:00:00Z'), file);
  const given = {
    type,
    name: contact.name,
    emails: contact.emails,
    jobs: experience.jobs.length,
    years: experience.totalYears,
    level: experience.level,
    language,
  };
  return { given, found: profileSkills(skills).map(({ skillId }) => taxonomy[skillId - 1]!.name), warnings };
}

const analyzed = await Promise.all(
  Object.entries(expectations).map(async ([file, expected]) => ({ file, expected, ...(await analyzeFixture(file)) })),
);

describe('the resumes of the fixtures', () => {
  it.each(analyzed)('$file is known by its type and its mail address', ({ given, expected }) => {
    expect({ type: given.type, emails: given.emails }).toEqual({ type: expected.type, emails: expected.emails });
  });

  it('text that nobody sees gives no skill, and its owner is told', () => {
    const stuffed = analyzed.filter(({ expected }) => expected.hidden.length > 0);
    expect(stuffed).toHaveLength(2);
    for (const { found, expected, warnings } of stuffed) {
      expect(found.filter((name) => expected.hidden.includes(name))).toEqual([]);
      expect(warnings.map(({ code }) => code)).toContain('HIDDEN_TEXT');
    }
  });

  // Far below what the evaluation reaches, so that a change of a word or two is no failure and a broken part is.
  it.each(['tuning', 'held-out'])('skills and facts agree with a careful reader on the %s half', (half) => {
    const cases = analyzed.filter(({ expected }) => expected.half === half);
    const { technical, all } = measureSkills(cases, taxonomy, () => false);
    for (const share of [technical.precision, technical.recall, all.precision]) expect(share).toBeGreaterThan(0.9);
    expect(all.recall).toBeGreaterThan(0.85);
    for (const share of Object.values(measureFacts(cases))) expect(share).toBeGreaterThan(0.85);
  });
});
