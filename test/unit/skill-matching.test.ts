import { describe, expect, it } from 'vitest';
import { findSkills } from '#src/resumes/analyze/find-skills.js';
import { findSections, sectionByLine } from '#src/resumes/analyze/sections.js';
import { createSkillMatcher } from '#src/resumes/analyze/skill-matcher.js';
import { taxonomy } from '#src/skills/index.js';

const matcher = createSkillMatcher(taxonomy.map((skill, index) => ({ id: index + 1, ...skill })));

function find(text: string) {
  const lines = text.split('\n');
  return findSkills(text, lines, sectionByLine(findSections(lines)), [], matcher);
}
const names = (text: string) =>
  find(text)
    .map(({ name }) => name)
    .sort();

describe('names and aliases', () => {
  it.each([
    ['We used PostgreSQL and postgres.', ['PostgreSQL']],
    ['html, css, JAVASCRIPT', ['CSS', 'HTML', 'JavaScript']],
    ['C, C++ and C# on .NET', ['.NET', 'C', 'C#', 'C++']],
    ['ASP.NET MVC, Node.js, NodeJS', ['ASP.NET Core', 'Node.js']],
    ['Apps in React Native', ['React Native']],
    ['Machine-learning and deep\nlearning models', ['Deep Learning', 'Machine Learning']],
    ['k8s, CI/CD, TCP/IP', ['CI/CD', 'Kubernetes', 'Networking']],
    ['Ran A/B tests', ['A/B Testing']],
    ['Курс: Українська, English', ['English', 'Ukrainian']],
  ])('%j names %j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each(['JavaScripting', 'myCSSfile', 'sqlx', 'Kubernetesque', 'F#m7', 'C++++'])('finds none inside %j', (text) => {
    expect(names(text)).toEqual([]);
  });

  it('takes no skill from an address or a link', () => {
    expect(names('python@docker.com, https://github.com/react/redux, linkedin.com/in/java')).toEqual([]);
  });
});

describe('terms that mean other things too', () => {
  it.each([
    'Go home quickly',
    'Vitamin C, iron',
    'R. Miller was my manager',
    'Excel at teamwork',
    'I rest on Sundays',
    'Express delivery in spring',
    'Worked in Phoenix',
    'a non-profit organization',
    'Members of the sales team',
    'Class C licence',
    'polish the floor',
  ])('finds none in %j', (text) => {
    expect(names(text)).toEqual([]);
  });

  it.each([
    ['Go, Python, PostgreSQL', 'Go'],
    ['Services in Go and Kafka', 'Go'],
    ['Statistics in R with ggplot2', 'R'],
    ['Firmware in C for FreeRTOS', 'C'],
    ['APIs in Express and Node.js', 'Express.js'],
    ['Java, Spring, Hibernate', 'Spring Framework'],
    ['REST and gRPC', 'REST APIs'],
    ['Skills\nR\nGo\nExcel', 'R'],
    ['Skills\nR\nGo\nExcel', 'Microsoft Excel'],
    ['Skills\nOrganization, Leadership', 'Leadership'],
  ])('%j names %s', (text, expected) => {
    expect(names(text)).toContain(expected);
  });
});

describe('confidence and evidence', () => {
  it('believes a list of skills and a job more than a hobby', () => {
    const confidence = (text: string) => find(text)[0]?.confidence ?? 0;
    const [listed, worked, hobby] = ['Skills\nPython', 'Experience\nWrote Python', 'Hobbies\nPython'].map(confidence);
    expect(listed).toBeGreaterThan(worked!);
    expect(worked).toBeGreaterThan(hobby!);
    expect(hobby).toBeGreaterThan(0);
  });

  it('grows with further mentions, and never reaches certainty', () => {
    const once = find('Skills\nPython')[0]!;
    const often = find(`Skills\nPython\nExperience\n${'Python at work\n'.repeat(50)}`)[0]!;
    expect(often.confidence).toBeGreaterThan(once.confidence);
    expect(often.confidence).toBeLessThan(1);
    expect(often).toMatchObject({ mentions: 51 });
    expect(often.evidence).toHaveLength(3);
  });

  it('says where it read a skill', () => {
    expect(find('Jo Doe\n\nExperience\n• Wrote services in Python\tat night')[0]).toMatchObject({
      name: 'Python',
      category: 'Programming languages',
      evidence: [{ line: 4, section: 'experience', excerpt: '• Wrote services in Python at night' }],
    });
  });
});

it('matches nothing with an empty table of skills', () => {
  expect(createSkillMatcher([])('Python')).toEqual([]);
});

it('matches what lies behind letters whose lower case is longer', () => {
  expect(names('İİİ İstanbul, Python, SQL')).toEqual(['Python', 'SQL']);
});
