import fc from 'fast-check';
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

describe('a trade that is a job title too', () => {
  it.each(['Primary School Teacher', 'Skills\nTeacher'])('%j names it', (text) => {
    expect(names(text)).toContain('Teaching');
  });

  it.each([
    'Spoke with every teacher of the school',
    'Coordinated the visits that our Head Teacher made to the parents of new pupils',
  ])('finds none in %j', (text) => {
    expect(names(text)).toEqual([]);
  });
});

it('reads no name across columns', () => {
  expect(names('Machine\tLearning, SQL')).toEqual(['SQL']);
});

describe('spoken languages', () => {
  it.each(['Languages\nGerman', 'Fluent in German', 'German (C1)', 'German, French'])('%j names German', (text) => {
    expect(names(text)).toContain('German');
  });

  it.each(['Sold machines on the German market', 'Designed a Swedish kitchen'])('finds none in %j', (text) => {
    expect(names(text)).toEqual([]);
  });
});

describe('what the resume says of a skill', () => {
  const claimOf = (text: string, name = 'Docker') => find(text).find((skill) => skill.name === name);

  it.each([
    'No experience with Docker',
    'I have never used Docker',
    'Eager to learn Docker and Kubernetes',
    'Docker: none',
    'Keine Erfahrung mit Docker',
    'Sin experiencia en Docker',
    'Without any knowledge of Kubernetes, Docker',
  ])('%j denies it', (text) => {
    expect(names(text)).toEqual([]);
  });

  it.each([
    ['Basic knowledge of Docker', 'basic'],
    ['Familiar with Kubernetes and Docker', 'basic'],
    ['Docker (beginner)', 'basic'],
    ['Grundkenntnisse in Docker', 'basic'],
    ['Expert in Docker', 'advanced'],
    ['Docker – advanced', 'advanced'],
    ['Advanced: Docker, Linux', 'advanced'],
    ['Docker, Linux (advanced)', null],
    ['Expert in Linux. Also ran Docker', null],
    ['Not only Linux: also Docker', null],
  ])('%j rates it %s', (text, command) => {
    expect(claimOf(text)?.command).toBe(command);
  });

  it.each([
    ['5 years of Docker', 5],
    ['7+ years of hands-on experience with Linux and Docker', 7],
    ['Docker (3 years)', 3],
    ['Docker: 2.5 yrs', 2.5],
    ['4 Jahre Erfahrung mit Docker', 4],
    ['6 ans d’expérience en Docker', 6],
    ['3 años de experiencia con Docker', 3],
    ['Three jobs in 5 years, last with Docker', null],
    ['Docker 27.0', null],
  ])('%j tells %s years', (text, years) => {
    expect(claimOf(text)?.years).toBe(years);
  });
});

describe('confidence and evidence', () => {
  const confidence = (text: string, name: string) => find(text).find((skill) => skill.name === name)?.confidence ?? 0;

  it('believes use more than a list of skills, and that more than a hobby', () => {
    const [used, listed, hobby] = ['Experience\nWrote SQL', 'Skills\nSQL', 'Hobbies\nSQL'].map((text) => confidence(text, 'SQL'));
    expect(used).toBeGreaterThan(listed!);
    expect(listed).toBeGreaterThan(hobby!);
    expect(hobby).toBeGreaterThan(0);
  });

  it('believes a listed skill more when the work history backs it', () => {
    const backed = 'Skills\nSQL, Docker\nExperience\nMoved reports to SQL';
    expect(confidence(backed, 'SQL')).toBeGreaterThan(confidence(backed, 'Docker'));
  });

  it('gains nothing from a skill that is listed again and again', () => {
    expect(confidence(`Skills\n${'SQL, '.repeat(100)}`, 'SQL')).toBe(confidence('Skills\nSQL', 'SQL'));
  });

  it('believes no long list of keywords that nothing backs: below 0.5 a skill does not go into a profile', () => {
    const keywords = taxonomy.slice(200, 300).map(({ name }) => name);
    const found = find(`Skills\n${keywords.join(', ')}, Docker\nExperience\nDeployed services with Docker`);
    expect(found.length).toBeGreaterThan(80);
    expect(found.filter((skill) => skill.confidence >= 0.5).map(({ name }) => name)).toEqual(['Docker']);
  });

  it('grows with further mentions, and never reaches certainty', () => {
    const once = find('Skills\nSQL')[0]!;
    const often = find(`Skills\nSQL\nExperience\n${'SQL at work\n'.repeat(50)}`)[0]!;
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

describe('any text at all', () => {
  const words = fc.constantFrom(
    ...taxonomy.slice(0, 400).flatMap(({ name, aliases }) => [name, ...aliases]),
    ...[
      'and',
      'with',
      '5 years of',
      'no',
      '(',
      ')',
      ',',
      '.',
      '\n',
      '\n\n',
      'Skills\n',
      'Hobbies\n',
      '•',
      '-',
      '\t',
      'İ',
      '💡',
      'x'.repeat(50),
    ],
  );
  const texts = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' '));

  it('has skills where their names stand, in order and without overlap', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let reached = 0;
        for (const { start, end, term } of matcher(text)) {
          expect(start).toBeGreaterThanOrEqual(reached);
          expect(text.slice(start, end).toLowerCase().replace(/[-\s]/g, ' ')).toBe(term.toLowerCase().replace(/-/g, ' '));
          reached = end;
        }
      }),
    );
  });

  it('gives each skill once, with a confidence from 0 to 1 and evidence from lines that are there', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        const found = find(text);
        expect(new Set(found.map(({ skillId }) => skillId)).size).toBe(found.length);
        for (const { confidence, mentions, evidence } of found) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThan(1);
          expect(evidence.length).toBe(Math.min(mentions, 3));
          for (const { line } of evidence) expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
    );
  });
});
