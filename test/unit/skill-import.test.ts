import { describe, expect, it } from 'vitest';
import { importFormats } from '#src/skills/import/formats.js';
import { readRows } from '#src/skills/import/read-rows.js';

async function rowsOf(...chunks: string[]) {
  async function* stream() {
    yield* chunks;
  }
  const rows = [];
  for await (const row of readRows(stream())) rows.push(row);
  return rows;
}
const fieldsOf = async (...chunks: string[]) => (await rowsOf(...chunks)).map(({ fields }) => fields);

describe('a table in a file', () => {
  it('is separated by commas, with quotes around what holds them', async () => {
    expect(await fieldsOf('a,b\n"1,5","say ""hi"""\n')).toEqual([
      ['a', 'b'],
      ['1,5', 'say "hi"'],
    ]);
  });

  it('may hold line ends in quotes; a row is known by the line it begins in', async () => {
    expect(await rowsOf('a,b\r\n"one\ntwo",x\r\nlast,y')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['one\ntwo', 'x'] },
      { line: 4, fields: ['last', 'y'] },
    ]);
  });

  it('is separated by tabs when its first line has one; quotes then mean nothing', async () => {
    expect(await fieldsOf('a\tb\n5" pipe\tx,y\n')).toEqual([
      ['a', 'b'],
      ['5" pipe', 'x,y'],
    ]);
  });

  it('reads the same in whatever pieces it comes', async () => {
    const text = '\uFEFFa,b\n"x ""1""\ny",2\n,\n';
    expect(await fieldsOf(...text)).toEqual(await fieldsOf(text));
    expect(await fieldsOf(text)).toEqual([
      ['a', 'b'],
      ['x "1"\ny', '2'],
      ['', ''],
    ]);
  });

  it('may be one line, or empty', async () => {
    expect(await fieldsOf('a,b')).toEqual([['a', 'b']]);
    expect(await fieldsOf('')).toEqual([]);
  });

  it('is refused when a quote is not closed', async () => {
    await expect(rowsOf('a,b\n1,"2\n3,4\n')).rejects.toThrow('begins in line 2');
  });
});

describe('a row of ESCO', () => {
  const read = importFormats.esco(['conceptUri', 'skillType', 'preferredLabel', 'altLabels', 'status']);
  const row = (label: string, others = '', status = 'released') => read(['uri', 'knowledge', label, others, status]);

  it('gives a name as resumes write it, with the other labels as aliases', () => {
    expect(row('JavaScript Framework (computer science)', 'JS Framework\nframework\nJS  Framework (web)')).toEqual({
      skill: {
        name: 'JavaScript Framework',
        slug: 'javascript-framework',
        category: 'Knowledge',
        aliases: ['JS Framework'],
      },
    });
  });

  it.each([
    ['statistics', { skipped: 'everyday word' }],
    ['', { fault: 'the name is empty' }],
    ['x y'.repeat(50), { fault: 'the name is longer than 100 characters' }],
    ['Мова', { fault: 'the name Мова has no Latin letter or figure' }],
  ])('with the label %j is no skill', (label, expected) => {
    expect(row(label)).toEqual(expected);
  });

  it('that is not released, or is short of fields, is no skill', () => {
    expect(row('Old Skill', '', 'obsolete')).toEqual({ skipped: 'not released' });
    expect(read(['uri', 'knowledge'])).toEqual({ fault: 'it has 2 fields, not 5' });
  });

  it('needs its columns', () => {
    expect(() => importFormats.esco(['name', 'text'])).toThrow('The file has no column "preferredLabel". It has: name, text.');
  });
});

describe('a row of O*NET', () => {
  it('of technology skills gives the product', () => {
    const read = importFormats.onet(['O*NET-SOC Code', 'Example', 'Commodity Code', 'Commodity Title', 'Hot Technology']);
    expect(read(['15-1252.00', 'Acme Planner', '43', 'Project management software', 'N'])).toEqual({
      skill: { name: 'Acme Planner', slug: 'acme-planner', category: 'Project management software', aliases: [] },
    });
  });

  it('of skills gives those of more than one word', () => {
    const read = importFormats.onet(['O*NET-SOC Code', 'Element ID', 'Element Name']);
    expect(read(['11-1011.00', '2.A.1.a', 'Reading Comprehension'])).toMatchObject({ skill: { slug: 'reading-comprehension' } });
    expect(read(['11-1011.00', '2.A.1.d', 'Speaking'])).toEqual({ skipped: 'everyday word' });
  });
});
