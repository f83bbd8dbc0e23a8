import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { createSkillMatcher, type SkillMatcher } from './analyze/index.js';
import { loadSkills, skillsVersion } from './queries.js';

const checkIntervalMs = 30_000;

/** Hands out the matcher of the skills table, built once and again when the table has changed, which is looked at every 30 s. */
export function createMatcherSource(db: Kysely<Database>, clock: () => Date): () => Promise<SkillMatcher> {
  let current: { matcher: SkillMatcher; version: string } | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock().getTime();
    if (current && now - checkedAt < checkIntervalMs) return current.matcher;
    const version = await skillsVersion(db);
    if (current?.version !== version) current = { matcher: createSkillMatcher(await loadSkills(db)), version };
    checkedAt = now;
    return current.matcher;
  };
}
