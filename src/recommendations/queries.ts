import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import type { JobFit } from './reason.js';

/** A job that suits a user, and how. */
export interface RankedJob extends JobFit {
  jobId: number;
  title: string;
  company: string;
}

/**
 * The jobs that suit a user best, of those that are open and not applied for: by the weight of the asked skills that the user has,
 * a skill counting from 0.6 (beginner) to 1 (expert), then the newest. When none suits, or the user has no skills, those that most
 * people applied for. Throws USER_NOT_FOUND.
 */
export async function rankJobs(db: Kysely<Database>, userId: number, limit: number, now: Date): Promise<RankedJob[]> {
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  const { rows } = await sql<RankedJob>`
    WITH held AS (
      SELECT skill_id, 0.5 + proficiency / 10.0 AS degree FROM user_skills WHERE user_id = ${userId}
    ), scored AS (
      SELECT
        jobs.id, jobs.posted_at,
        coalesce(sum(asked.weight * held.degree) / sum(asked.weight), 0) AS score
      FROM jobs
      LEFT JOIN job_skills AS asked ON asked.job_id = jobs.id
      LEFT JOIN held ON held.skill_id = asked.skill_id
      WHERE jobs.status = 'open' AND (jobs.expires_at IS NULL OR jobs.expires_at > ${now})
        AND NOT EXISTS (SELECT FROM job_applications AS own WHERE own.job_id = jobs.id AND own.user_id = ${userId})
      GROUP BY jobs.id
    ), counted AS (
      SELECT
        scored.*,
        CASE WHEN score = 0 THEN (SELECT count(*) FROM job_applications AS given WHERE given.job_id = scored.id) ELSE 0 END
          AS applications
      FROM scored
      WHERE score > 0 OR (SELECT max(score) FROM scored) = 0
    ), chosen AS (
      SELECT * FROM counted ORDER BY score DESC, applications DESC, posted_at DESC, id DESC LIMIT ${limit}
    )
    SELECT
      jobs.id AS "jobId", jobs.title, jobs.company, chosen.applications,
      round(chosen.score::numeric, 4)::double precision AS score, skills.matched, skills.missing
    FROM chosen
    JOIN jobs ON jobs.id = chosen.id
    CROSS JOIN LATERAL (
      SELECT
        coalesce(array_agg(skill.name ORDER BY asked.weight DESC, skill.name) FILTER (WHERE held.skill_id IS NOT NULL), '{}')
          AS matched,
        coalesce(array_agg(skill.name ORDER BY asked.weight DESC, skill.name) FILTER (WHERE held.skill_id IS NULL), '{}')
          AS missing
      FROM job_skills AS asked
      JOIN skills AS skill ON skill.id = asked.skill_id
      LEFT JOIN held ON held.skill_id = asked.skill_id
      WHERE asked.job_id = chosen.id
    ) AS skills
    ORDER BY chosen.score DESC, chosen.applications DESC, chosen.posted_at DESC, chosen.id DESC
  `.execute(db);
  return rows;
}

/** Replaces what was recommended to a user, unless something newer is there. A user who is gone is passed over. */
export async function saveRecommendations(
  db: Kysely<Database>,
  { userId, items, computedAt, expiresAt }: { userId: number; items: object[]; computedAt: Date; expiresAt: Date },
): Promise<void> {
  await sql`
    INSERT INTO recommendations (user_id, kind, items, computed_at, expires_at)
    SELECT id, 'jobs', ${JSON.stringify(items)}::jsonb, ${computedAt}, ${expiresAt} FROM users WHERE id = ${userId}
    ON CONFLICT (user_id, kind) DO UPDATE SET
      items = excluded.items, computed_at = excluded.computed_at, expires_at = excluded.expires_at
    WHERE recommendations.computed_at <= excluded.computed_at
  `.execute(db);
}
