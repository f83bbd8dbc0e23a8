import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { analysisVersion } from './analysis-version.js';
import { createSkillMatcher, type SkillMatcher } from './analyze/index.js';
import { loadSkills, skillsVersion } from './skill-queries.js';

const checkIntervalMs = 30_000;

/** What an analysis finds skills with. */
export interface KnownSkills {
  matcher: SkillMatcher;
  /** Kept with each analysis, so that those made with something else can be told. */
  version: string;
}

/** Hands out the matcher of the skills table, built once and again when the table has changed, which is looked at every 30 s. */
export function createMatcherSource(db: Kysely<Database>, clock: () => Date): () => Promise<KnownSkills> {
  let current: (KnownSkills & { table: string }) | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock().getTime();
    if (current && now - checkedAt < checkIntervalMs) return current;
    const table = await skillsVersion(db);
    if (current?.table !== table) {
      const skills = await loadSkills(db);
      current = { matcher: createSkillMatcher(skills), version: analysisVersion(skills), table };
    }
    checkedAt = now;
    return current;
  };
}
