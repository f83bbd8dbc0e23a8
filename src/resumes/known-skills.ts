import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { analysisVersion } from './analysis-version.js';
import type { MatchableSkill } from './analyze/index.js';
import { loadSkills, skillsVersion } from './skill-queries.js';

const checkIntervalMs = 30_000;

/** The skills that an analysis finds. */
export interface KnownSkills {
  skills: readonly MatchableSkill[];
  /** Kept with each analysis, so that those made with something else can be told. */
  version: string;
}

/** Hands out the skills of the table, loaded once and again when the table has changed, which is looked at every 30 s. */
export function createKnownSkills(db: Kysely<Database>, clock: () => Date): () => Promise<KnownSkills> {
  let current: (KnownSkills & { table: string }) | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  return async () => {
    const now = clock().getTime();
    if (current && now - checkedAt < checkIntervalMs) return current;
    const table = await skillsVersion(db);
    if (current?.table !== table) {
      const skills = await loadSkills(db);
      current = { skills, version: analysisVersion(skills), table };
    }
    checkedAt = now;
    return current;
  };
}
