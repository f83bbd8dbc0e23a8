import { describe, expect, it } from 'vitest';
import { newMatch } from '#src/recommendations/job-matches.js';

describe('newMatch', () => {
  const jobs = [
    { id: 3, score: 0.9 },
    { id: 1, score: 0.8 },
    { id: 2, score: 0.7 },
  ];

  it('is the best job that was not recommended before', () => {
    expect(newMatch(jobs, [], 0.75)).toBe(3);
    expect(newMatch(jobs, [3], 0.75)).toBe(1);
  });

  it('is a job from the threshold on, or none', () => {
    expect(newMatch(jobs, [3], 0.8)).toBe(1);
    expect(newMatch(jobs, [3, 1], 0.75)).toBeUndefined();
    expect(newMatch([], [], 0)).toBeUndefined();
  });
});
