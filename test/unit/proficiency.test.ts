import { expect, it } from 'vitest';
import { proficiencyOf } from '#src/resumes/proficiency.js';

it.each([
  [null, null, 2],
  [0.5, null, 1],
  [2, null, 2],
  [4, null, 3],
  [7, null, 4],
  [20, null, 5],
  [null, 'basic', 1],
  [4, 'basic', 2],
  [0.5, 'basic', 1],
  [null, 'advanced', 3],
  [20, 'advanced', 5],
] as const)('%s years, said to be %s, are a proficiency of %s', (years, command, proficiency) => {
  expect(proficiencyOf({ years, command })).toBe(proficiency);
});
