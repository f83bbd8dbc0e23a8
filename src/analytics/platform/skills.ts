import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { firstOf, jobIsOpen, mean } from '../sql.js';
import type { Figures } from '../types.js';

/** Every skill with its supply and demand. Skills of closed accounts are no supply; endorsements count whoever gave them. */
export const skillTable = (now: Date) => sql`
  SELECT
    skills.id AS "skillId", name, category,
    coalesce(users, 0) AS users,
    coalesce(endorsements, 0) AS endorsements,
    coalesce(jobs, 0) AS "openJobs",
    ${mean(sql`coalesce(users, 0)`, sql`jobs`)} AS "usersPerJob"
  FROM skills
  LEFT JOIN (
    SELECT skill_id, count(*) AS users
    FROM user_skills JOIN users ON users.id = user_skills.user_id AND users.is_active
    GROUP BY skill_id
  ) AS supply ON supply.skill_id = skills.id
  LEFT JOIN (
    SELECT skill_id, count(*) AS endorsements FROM endorsements GROUP BY skill_id
  ) AS endorsed ON endorsed.skill_id = skills.id
  LEFT JOIN (
    SELECT skill_id, count(*) AS jobs
    FROM job_skills JOIN jobs ON jobs.id = job_skills.job_id AND ${jobIsOpen(now)}
    GROUP BY skill_id
  ) AS demand ON demand.skill_id = skills.id`;

/** What is held, endorsed and asked for. */
export async function skillFigures(db: Kysely<Database>, now: Date): Promise<Figures<'skills'>> {
  const { rows } = await sql<{ figures: Figures<'skills'> }>`
    WITH skill AS MATERIALIZED (${skillTable(now)})
    SELECT jsonb_build_object(
      'totals', (
        SELECT jsonb_build_object(
          'skills', count(*),
          'held', count(*) FILTER (WHERE users > 0),
          'userSkills', coalesce(sum(users), 0),
          'endorsements', coalesce(sum(endorsements), 0),
          'asked', count(*) FILTER (WHERE "openJobs" > 0)
        )
        FROM skill
      ),
      'mostHeld', ${firstOf('skill', { where: sql`users > 0`, order: sql`users DESC, "skillId"` })},
      'mostEndorsed', ${firstOf('skill', { where: sql`endorsements > 0`, order: sql`endorsements DESC, "skillId"` })},
      'mostAsked', ${firstOf('skill', { where: sql`"openJobs" > 0`, order: sql`"openJobs" DESC, "skillId"` })},
      'scarcest', ${firstOf('skill', { where: sql`"openJobs" > 0`, order: sql`"usersPerJob", "openJobs" DESC, "skillId"` })}
    ) AS figures
  `.execute(db);
  return rows[0]!.figures;
}
