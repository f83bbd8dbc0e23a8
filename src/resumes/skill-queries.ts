import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import type { FoundSkill, MatchableSkill, SkillDemand } from './analyze/index.js';

/** What the open jobs that ask for at least one of the held skills ask for altogether. */
export async function findSkillDemand(db: Kysely<Database>, heldSkillIds: number[], now: Date): Promise<SkillDemand> {
  const { rows } = await sql<SkillDemand['skills'][number] & { fittingJobs: number }>`
    WITH fitting AS MATERIALIZED (
      SELECT jobs.id
      FROM jobs
      WHERE status = 'open' AND (expires_at IS NULL OR expires_at > ${now})
        AND EXISTS (
          SELECT FROM job_skills WHERE job_id = jobs.id AND skill_id = ANY(${heldSkillIds}::bigint[])
        )
    ), demanded AS (
      SELECT skill_id, count(*) AS jobs, sum(weight) AS weight
      FROM job_skills JOIN fitting ON fitting.id = job_skills.job_id
      GROUP BY skill_id
    )
    SELECT
      skills.id AS "skillId", skills.name, skills.related, demanded.jobs AS "openJobs", demanded.weight::float8 AS weight,
      (SELECT count(*) FROM fitting) AS "fittingJobs"
    FROM demanded JOIN skills ON skills.id = demanded.skill_id
    ORDER BY demanded.jobs DESC, skills.name
  `.execute(db);
  return {
    openJobs: rows[0]?.fittingJobs ?? 0,
    skills: rows.map(({ skillId, name, openJobs, weight, related }) => ({ skillId, name, openJobs, weight, related })),
  };
}

/**
 * Brings a user's skills to what an analysis found. Skills set by hand stay as they are, those removed by hand stay away, and
 * those of earlier resumes stay. Returns how many are new. The user must be locked: a skill that is removed at the same time
 * would come back otherwise.
 */
export async function syncSkills(
  transaction: Transaction<Database>,
  userId: number,
  skills: readonly (Pick<FoundSkill, 'skillId' | 'years' | 'confidence'> & { proficiency: number })[],
): Promise<number> {
  // A skill that has left the table since the matcher was built is left out by the join.
  const { rows } = await sql<{ isNew: boolean }>`
    INSERT INTO user_skills (user_id, skill_id, proficiency, years, source, confidence)
    SELECT ${userId}, found."skillId", found.proficiency, found.years, 'resume', found.confidence
    FROM jsonb_to_recordset(${JSON.stringify(skills)}::jsonb)
      AS found ("skillId" bigint, proficiency smallint, years numeric, confidence double precision)
    JOIN skills ON skills.id = found."skillId"
    WHERE NOT EXISTS (
      SELECT FROM user_skill_dismissals AS dismissed WHERE dismissed.user_id = ${userId} AND dismissed.skill_id = skills.id
    )
    ORDER BY found."skillId"
    ON CONFLICT (user_id, skill_id) DO UPDATE SET
      proficiency = excluded.proficiency, years = excluded.years, confidence = excluded.confidence, updated_at = now()
    WHERE user_skills.source = 'resume'
    RETURNING xmax = 0 AS "isNew"
  `.execute(transaction);
  return rows.filter(({ isNew }) => isNew).length;
}

/** Changes whenever a skill is added, changed or removed. */
export async function skillsVersion(db: Kysely<Database>): Promise<string> {
  const { count, changed } = await db
    .selectFrom('skills')
    .select(({ fn }) => [fn.countAll<number>().as('count'), sql<string | null>`max(updated_at)::text`.as('changed')])
    .executeTakeFirstOrThrow();
  return `${count} ${changed}`;
}

export function loadSkills(db: Kysely<Database>): Promise<MatchableSkill[]> {
  return db.selectFrom('skills').select(['id', 'name', 'category', 'aliases']).orderBy('id').execute();
}
