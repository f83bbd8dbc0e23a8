import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveReferenceData } from '#src/db/reference-data.js';
import { importSkills, taxonomy } from '#src/skills/index.js';
import { createTestDatabase } from '../support/database.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/skills/${name}`, import.meta.url));
const esco = { file: fixture('esco.csv'), format: 'esco', dryRun: false } as const;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
  await saveReferenceData(database.db, { skills: taxonomy, achievements: [] });
});
afterAll(() => database.drop());

const skill = (slug: string) =>
  database.db.selectFrom('skills').select(['name', 'category', 'aliases', 'source']).where('slug', '=', slug).executeTakeFirst();
const all = () => database.db.selectFrom('skills').select(['slug', 'aliases', 'updated_at']).orderBy('slug').execute();

const expected = {
  rows: 8,
  added: 2,
  updated: 0,
  known: 2,
  aliasesTaken: 2,
  skipped: { 'everyday word': 1, 'not released': 1 },
  faults: 2,
  faultyRows: [
    { line: 11, reason: 'it has 3 fields, not 13' },
    { line: 12, reason: 'the name is empty' },
  ],
};

describe('an import of ESCO', () => {
  it('changes nothing when it is only tried', async () => {
    const before = await all();
    expect(await importSkills(database.db, { ...esco, dryRun: true })).toEqual(expected);
    expect(await all()).toEqual(before);
  });

  it('adds what is new, and says what it left out', async () => {
    expect(await importSkills(database.db, esco)).toEqual(expected);
    expect(await skill('manage-musical-staff')).toEqual({
      name: 'manage musical staff',
      category: 'Skills and competences',
      aliases: ['coordinate musicians', 'handle musical staff'],
      source: 'esco',
    });
  });

  it('leaves the skills of the program as they are, and gives no alias to two', async () => {
    const python = taxonomy.find(({ slug }) => slug === 'python')!;
    expect(await skill('python')).toMatchObject({ aliases: python.aliases, source: 'built-in' });
    expect(await skill('postgres')).toBeUndefined();
    expect(await skill('supervise-correctional-procedures')).toMatchObject({ aliases: [] });
  });

  it('changes nothing the second time', async () => {
    const before = await all();
    expect(await importSkills(database.db, esco)).toMatchObject({ added: 0, updated: 0, known: 4 });
    expect(await all()).toEqual(before);
  });

  it('ends in the same skills when two run at once', async () => {
    const before = await all();
    await Promise.all([importSkills(database.db, esco), importSkills(database.db, esco)]);
    expect(await all()).toEqual(before);
  });
});

it('imports O*NET, one skill for all occupations that name it', async () => {
  const report = await importSkills(database.db, { file: fixture('onet.txt'), format: 'onet', dryRun: false });
  expect(report).toMatchObject({ rows: 3, added: 1, known: 2, faults: 0 });
  expect(await skill('acme-payroll-5-edition')).toMatchObject({ category: 'Human resources software', source: 'onet' });
});

it('takes back all of an import whose file breaks off', async () => {
  const before = await all();
  const folder = await mkdtemp(path.join(tmpdir(), 'import-skills-'));
  try {
    const file = path.join(folder, 'long.csv');
    const out = createWriteStream(file);
    out.write('preferredLabel,altLabels,skillType\n');
    for (let row = 0; row < 2000; row++) out.write(`Made-up skill ${row},"Alias ${row}\nOther ${row}",knowledge\n`);
    out.end('"Broken');
    await once(out, 'finish');
    await expect(importSkills(database.db, { file, format: 'esco', dryRun: false })).rejects.toThrow('quote that is not closed');
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await all()).toEqual(before);
});

it.each([
  [fixture('nowhere.csv'), 'cannot be read'],
  [fixture('onet.txt'), 'no column "preferredLabel"'],
])('refuses %s', async (file, message) => {
  await expect(importSkills(database.db, { ...esco, file })).rejects.toThrow(message);
});
