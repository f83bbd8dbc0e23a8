import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';

/** A job, what it has to do with the user, and its skills, the weightiest first. Throws JOB_NOT_FOUND. */
export async function findJobMatch(db: Kysely<Database>, userId: number, jobId: number) {
  const job = await db
    .selectFrom('jobs')
    .leftJoin('job_applications', (join) => join.onRef('job_id', '=', 'jobs.id').on('user_id', '=', userId))
    .select([
      'jobs.title',
      'jobs.company',
      'jobs.location',
      'jobs.remote',
      'jobs.type',
      'jobs.salary_min as salaryMin',
      'jobs.salary_max as salaryMax',
      'jobs.currency',
      'jobs.status',
      'jobs.expires_at as expiresAt',
      sql<boolean>`job_applications.id IS NOT NULL`.as('applied'),
    ])
    .where('jobs.id', '=', jobId)
    .executeTakeFirst();
  if (!job) throw coded('JOB_NOT_FOUND', { jobId });

  const skills = await db
    .selectFrom('job_skills')
    .innerJoin('skills', 'skills.id', 'job_skills.skill_id')
    .leftJoin('user_skills', (join) => join.onRef('user_skills.skill_id', '=', 'skills.id').on('user_id', '=', userId))
    .select(['skills.name', 'job_skills.weight', sql<boolean>`user_skills.user_id IS NOT NULL`.as('held')])
    .where('job_id', '=', jobId)
    .orderBy('weight', 'desc')
    .orderBy('name')
    .execute();
  return { ...job, skills };
}
