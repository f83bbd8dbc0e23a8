import { describe, expect, it } from 'vitest';
import { parseQuery } from '#src/db/history/index.js';

const now = new Date('2026-03-04T12:00:00Z');
const parse = (query: string) => parseQuery(query, now);
const problemOf = (query: string) => {
  try {
    return parse(query);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the query language', () => {
  it.each([
    ['', []],
    ['  ada  ', [{ field: 'any', negated: false, text: 'ada', isPhrase: false }]],
    ['"connection refused"', [{ field: 'any', negated: false, text: 'connection refused', isPhrase: true }]],
    ['-"a \\"quoted\\" word"', [{ field: 'any', negated: true, text: 'a "quoted" word', isPhrase: true }]],
    ['state:failure,REVOKED', [{ field: 'state', negated: false, values: ['FAILURE', 'REVOKED'] }]],
    ['-queue:email', [{ field: 'queue', negated: true, patterns: ['email'] }]],
    ['name:send_*,other', [{ field: 'name', negated: false, patterns: ['send_*', 'other'] }]],
    ['id:0b9a', [{ field: 'id', negated: false, prefix: '0b9a' }]],
    ['kwargs:userId=42', [{ field: 'kwargs', negated: false, key: 'userId', value: '42' }]],
    ['kwargs:"title=a = b"', [{ field: 'kwargs', negated: false, key: 'title', value: 'a = b' }]],
    ['since:2h', [{ field: 'since', negated: false, at: new Date('2026-03-04T10:00:00Z') }]],
    ['until:2026-03-01', [{ field: 'until', negated: false, at: new Date('2026-03-01T00:00:00Z') }]],
    ['runtime:>1.5', [{ field: 'runtime', negated: false, comparison: '>', value: 1500 }]],
    ['runtime:<=200ms', [{ field: 'runtime', negated: false, comparison: '<=', value: 200 }]],
    ['retries:3', [{ field: 'retries', negated: false, comparison: '=', value: 3 }]],
    ['error:"5xx reply"', [{ field: 'error', negated: false, text: '5xx reply', isPhrase: true }]],
    [
      'group:g1 root:r1',
      [
        { field: 'group', negated: false, id: 'g1' },
        { field: 'root', negated: false, id: 'r1' },
      ],
    ],
    ['12:30', [{ field: 'any', negated: false, text: '12:30', isPhrase: false }]],
  ])('reads %s', (query, expected) => {
    expect(parse(query)).toEqual(expected);
  });

  it.each([
    ['state:nope', /states are PENDING/],
    ['colour:red', /no operator "colour:"/],
    ['name:', /no value/],
    ['name:""', /no value/],
    ['"open', /quotation mark/],
    ['say"no', /quotation mark/],
    ['---', /no word/],
    ['result:***', /no word/],
    ['kwargs:userId', /name and a value/],
    ['since:yesterday', /a time such as/],
    ['since:2026-99-01', /a time such as/],
    ['runtime:fast', /comparison/],
    ['retries:>2s', /comparison/],
    ['x'.repeat(2001), /2000 characters/],
    ['a '.repeat(21), /20 terms/],
  ])('says what is wrong with %s', (query, problem) => {
    expect(problemOf(query)).toMatch(problem);
  });
});
