import { describe, expect, it } from 'vitest';
import { expand } from '#src/celery/canvas/expand.js';
import { idsFrom } from '#src/celery/canvas/ids.js';
import type { SignatureOptions, WireSignature } from '#src/celery/codec/types.js';
import { destinationOf } from '#src/celery/destination.js';
import '#src/tasks/email.js';

const step = (task: string, args: unknown[] = [], options: SignatureOptions = {}, immutable = false): WireSignature => ({
  task,
  args,
  kwargs: {},
  options,
  subtask_type: null,
  immutable,
});
const made = (type: 'chain' | 'group', tasks: WireSignature[], options: SignatureOptions = {}): WireSignature => ({
  ...step(`celery.${type}`, [], options),
  kwargs: { tasks },
  subtask_type: type,
});
const chord = (header: WireSignature, body: WireSignature, options: SignatureOptions = {}): WireSignature => ({
  ...step('celery.chord', [], options),
  kwargs: { header, body, kwargs: {} },
  subtask_type: 'chord',
});

function sent(signature: WireSignature, partial: unknown[] = [], options: SignatureOptions = {}) {
  let count = 0;
  return expand(signature, { partial, options, nextId: () => `id-${count++}`, now: 1_000_000 });
}

describe('a task', () => {
  it('has what it is called with before its own arguments, unless it is immutable', () => {
    expect(sent(step('a', [2]), [1]).messages).toMatchObject([{ args: [1, 2] }]);
    expect(sent(step('a', [2], {}, true), [1]).messages).toMatchObject([{ args: [2] }]);
  });

  it('has its own options under those of the call, but keeps its group', () => {
    const own = { task_id: 'own', queue: 'own', priority: 4, countdown: 5, expires: 60, group_id: 'own-group' };
    const [message] = sent(step('a', [], own), [], {
      queue: 'call',
      group_id: 'other',
      parent_id: 'parent',
      root_id: 'root',
    }).messages;
    expect(message).toMatchObject({ id: 'own', queue: 'call', priority: 4, eta: 1_005_000, expires: 1_060_000 });
    expect(message).toMatchObject({ group: 'own-group', parentId: 'parent', rootId: 'root' });
  });
});

describe('a chain', () => {
  it('sends its first step, which carries the others, the last first', () => {
    const { messages, result } = sent(made('chain', [step('a'), step('b'), step('c')]), [1]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ task: 'a', args: [1], chain: [{ task: 'c' }, { task: 'b' }] });
    expect(messages[0]!.chain![0]!.options.task_id).toBe(result[0][0]);
  });

  it('comes before the steps that follow it', () => {
    const { messages } = sent(made('chain', [step('a'), step('b')]), [], { chain: [step('z'), step('y')] });
    expect(messages[0]!.chain!.map(({ task }) => task)).toEqual(['z', 'y', 'b']);
  });

  it('makes a chord of a group that a step follows', () => {
    const { messages } = sent(made('chain', [step('a'), made('group', [step('b'), step('c')]), step('d')]));
    expect(messages[0]).toMatchObject({ task: 'a', chain: [{ subtask_type: 'chord', kwargs: { body: { task: 'd' } } }] });
  });

  it('gives its errbacks to each of its steps, and to no step that follows it', () => {
    const options = { link_error: [step('e')], chain: [step('z')] };
    const [message] = sent(made('chain', [step('a'), step('b')]), [], options).messages;
    expect(message).toMatchObject({
      errbacks: [{ task: 'e' }],
      chain: [{ task: 'z', options: {} }, { options: { link_error: [{ task: 'e' }] } }],
    });
    expect(message!.chain![0]!.options.link_error).toBeUndefined();
  });

  it('without steps sends nothing', () => {
    expect(sent(made('chain', [])).messages).toEqual([]);
  });
});

describe('a chord', () => {
  it('sends its header, whose tasks carry the body, and says how many they are', () => {
    const { messages, chordSizes, result } = sent(
      chord(made('group', [step('a'), step('b')], { task_id: 'group' }), step('c')),
      [1],
    );
    expect(messages).toMatchObject([
      { task: 'a', args: [1], group: 'group', groupIndex: 0, chord: { task: 'c' } },
      { task: 'b', args: [1], group: 'group', groupIndex: 1, chord: { task: 'c' } },
    ]);
    expect([...chordSizes]).toEqual([['group', 2]]);
    expect(result[0][0]).toBe(messages[0]!.chord!.options.task_id);
  });

  it('counts a chain by its last step and a chord by its body', () => {
    const inner = chord(made('group', [step('a'), step('b')]), step('c'));
    const header = made('group', [made('chain', [step('d'), made('group', [step('e'), step('f')])]), inner], {
      task_id: 'outer',
    });
    expect(sent(chord(header, step('g'))).chordSizes.get('outer')).toBe(3);
  });

  it('hands what follows it to its body', () => {
    const [message] = sent(chord(made('group', [step('a')]), step('b')), [], { chain: [step('z')] }).messages;
    expect(message!.chain).toBeUndefined();
    expect(message!.chord!.options.chain).toMatchObject([{ task: 'z' }]);
  });

  it('without a header runs its body with nothing', () => {
    expect(sent(chord(made('group', []), step('b', [7]))).messages).toMatchObject([{ task: 'b', args: [[], 7] }]);
  });
});

describe('ids of what follows a task', () => {
  it('are the same each time, and others for another purpose', () => {
    const ids = (purpose: string) => {
      const next = idsFrom('task-1', purpose);
      return [next(), next()];
    };
    expect(ids('next')).toEqual(ids('next'));
    expect(new Set([...ids('next'), ...ids('errbacks')]).size).toBe(4);
    expect(ids('next')[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('who runs a task', () => {
  const routing = {
    routes: { 'django.*': 'django', 'tasks.email_tasks.send_weekly_report': 'django', 'far.*': 'elsewhere' },
    defaultQueue: 'celery',
    bridgeQueues: ['celery'],
    pythonQueues: ['django'],
  };
  it.each([
    ['tasks.email_tasks.send_welcome_email', undefined, 'ours'],
    ['tasks.email_tasks.send_weekly_report', undefined, { queue: 'django' }],
    ['tasks.email_tasks.send_welcome_email', 'django', { queue: 'django' }],
    ['django.tasks.tidy', undefined, { queue: 'django' }],
    ['unknown', undefined, 'nobody'],
    ['unknown', 'celery', 'nobody'],
    ['unknown', 'other', { queue: 'other' }],
    ['far.away', undefined, { queue: 'elsewhere' }],
  ])('%s, called for queue %s: %j', (task, queue, expected) => {
    expect(destinationOf(task, queue, routing)).toEqual(expected);
  });
});
