import { expect, it } from 'vitest';
import { jobReason } from '#src/recommendations/reason.js';

const fit = { score: 0, matched: [] as string[], missing: [] as string[], applications: 0 };

it.each([
  [
    'You have 1 of the 3 skills it asks for (SQL), which is 25 % of their weight',
    { score: 0.25, matched: ['SQL'], missing: ['Go', 'CSS'] },
  ],
  [
    'You have 5 of the 5 skills it asks for (a, b, c and 2 more), which is 100 % of their weight',
    { score: 1, matched: ['a', 'b', 'c', 'd', 'e'] },
  ],
  ['Popular: 1 person has applied', { missing: ['Go'], applications: 1 }],
  ['Popular: 12 people have applied', { applications: 12 }],
  ['New on the platform', {}],
])('a job is recommended because: %s', (reason, about) => {
  expect(jobReason({ ...fit, ...about })).toBe(reason);
});
