import { describe, expect, it } from 'vitest';
import { oncePer } from '#src/taskkit/index.js';

describe('oncePer', () => {
  const at = (time: string) => oncePer(10, 'count', new Date(`2026-03-04T05:06:${time}Z`));

  it('makes one task of all calls within a window', () => {
    expect(at('10.000')).toEqual(at('19.999'));
  });

  it('makes another task in the next window, and under another name', () => {
    expect(at('20.000').taskId).not.toBe(at('19.999').taskId);
    expect(oncePer(10, 'other', new Date('2026-03-04T05:06:10Z')).taskId).not.toBe(at('10.000').taskId);
  });

  it('lets it run when the window after is over', () => {
    expect(at('10.000').eta).toEqual(new Date('2026-03-04T05:06:30Z'));
    expect(at('19.999').eta).toEqual(new Date('2026-03-04T05:06:30Z'));
  });
});
