import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatRelative, formatShare, shortName } from '../../src/monitor/web/lib/format.js';
import { askedValue, term, withValue } from '../../src/monitor/web/lib/query.js';
import { layOut } from '../../src/monitor/web/pages/task/graph-layout.js';

describe('how the monitor writes figures', () => {
  it.each([
    [0, '0 ms'],
    [0.2, '< 1 ms'],
    [12.4, '12 ms'],
    [1250, '1.25 s'],
    [59_900, '59.9 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [86_400_000, '1 d'],
  ])('%s ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('keeps a digit of a small share, and none of a large one', () => {
    expect([0, 0.0148, 0.5].map(formatShare)).toEqual(['0%', '1.5%', '50%']);
  });

  it('writes bytes with a unit', () => {
    expect([0, 512, 1536, 3 * 2 ** 30].map(formatBytes)).toEqual(['0 B', '512 B', '1.5 KiB', '3 GiB']);
  });

  it('says how far a time is away, in both directions', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    const from = (time: string) => formatRelative(new Date(time), now);
    expect(from('2026-03-01T12:00:00.400Z')).toBe('just now');
    expect(from('2026-03-01T11:59:48Z')).toBe('12 s ago');
    expect(from('2026-02-27T12:00:00Z')).toBe('2 d ago');
    expect(from('2026-03-01T12:05:00Z')).toBe('in 5 min');
  });

  it('calls a task by the last part of its name', () => {
    expect(shortName('tasks.email_tasks.send_welcome_email')).toBe('send_welcome_email');
    expect(shortName('plain')).toBe('plain');
  });
});

describe('choices that are written into a query', () => {
  it('replace what the query asked of the field, and leave the rest', () => {
    expect(withValue('state:FAILURE "a phrase" -queue:email', 'state', 'SUCCESS')).toBe('"a phrase" -queue:email state:SUCCESS');
    expect(withValue('state:FAILURE ada', 'state', '')).toBe('ada');
    expect(withValue('', 'queue', 'email')).toBe('queue:email');
  });

  it('are read from the query again, quotes and all', () => {
    const query = withValue('ada', 'worker', 'a "quoted" \\ worker');
    expect(query).toBe('ada worker:"a \\"quoted\\" \\\\ worker"');
    expect(askedValue(query, 'worker')).toBe('a "quoted" \\ worker');
    expect(term('name', 'tasks.a.b')).toBe('name:tasks.a.b');
  });

  it('are none where the query asks twice, the opposite, or only looks like it', () => {
    expect(askedValue('state:A state:B', 'state')).toBeUndefined();
    expect(askedValue('-state:A', 'state')).toBeUndefined();
    expect(askedValue('"in state:A or so"', 'state')).toBeUndefined();
  });
});

describe('the drawing of a graph', () => {
  const node = (id: string) => ({ id, name: id, status: 'SUCCESS' as const, queue: 'q', runtimeMs: null, groupId: null });
  const edge = (text: string) => ({ from: text[0]!, to: text[1]! });
  const draw = (nodes: string, edges: string[]) =>
    layOut({ nodes: [...nodes].map(node), edges: edges.map(edge) }).map(({ id, column, row }) => `${id}${column}${row}`);

  it('puts a chord into three columns', () => {
    expect(draw('abcd', ['ab', 'ac', 'bd', 'cd'])).toEqual(['a00', 'b10', 'c11', 'd20']);
  });

  it('puts a task after the last of those before it', () => {
    expect(draw('abc', ['ab', 'bc', 'ac'])).toEqual(['a00', 'b10', 'c20']);
  });

  it('takes edges to tasks that are left out, and circles', () => {
    expect(draw('ab', ['xa', 'ay', 'ab', 'ba'])).toHaveLength(2);
  });
});
