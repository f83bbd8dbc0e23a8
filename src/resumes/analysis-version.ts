import { createHash } from 'node:crypto';
import type { MatchableSkill } from './analyze/index.js';

/** Raised with every change of the program after which resumes are read or judged otherwise. */
const revision = 2;

/** Names what an analysis is made with: the program and the skills it knows. Jobs and the date are not part of it. */
export function analysisVersion(skills: readonly MatchableSkill[]): string {
  const known = createHash('sha256').update(JSON.stringify(skills)).digest('hex');
  return `${revision}-${known.slice(0, 16)}`;
}
