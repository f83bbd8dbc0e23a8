import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { firstOf, hoursToAnswer, jobIsOpen, share, sumsBy, thirtyDaysBefore, twoDecimals } from '../sql.js';
import { applicationStatuses, type Figures, jobTypes } from '../types.js';

/** Each stage of the funnel with the applications that came so far at least. */
const stages = [
  { stage: 'applied', reached: sql`true` },
  { stage: 'answered', reached: sql`answered_at IS NOT NULL OR status IN ('interview', 'offered', 'rejected')` },
  { stage: 'interview', reached: sql`status IN ('interview', 'offered')` },
  { stage: 'offered', reached: sql`status = 'offered'` },
];

const funnel = sql`jsonb_build_array(${sql.join(
  stages.map(
    ({ stage, reached }) => sql`jsonb_build_object(
      'stage', ${stage}::text,
      'applications', count(*) FILTER (WHERE ${reached}),
      'share', ${share(sql`count(*) FILTER (WHERE ${reached})`, sql`count(*)`)}
    )`,
  ),
)})`;

/**
 * Open jobs, the applications to all jobs there ever were, and how soon they were answered. The applications of each
 * job are counted by an index, beside the one reading of all applications.
 */
export async function jobFigures(db: Kysely<Database>, now: Date): Promise<Figures<'jobs'>> {
  const { rows } = await sql<{ figures: Figures<'jobs'> }>`
    WITH applied AS (
      SELECT job_id, count(*) AS applications FROM job_applications GROUP BY job_id
    ), job AS MATERIALIZED (
      SELECT
        id AS "jobId", title, company, type, location AS place, remote,
        ${jobIsOpen(now)} AS is_open, coalesce(applications, 0) AS applications
      FROM jobs LEFT JOIN applied ON applied.job_id = jobs.id
    ), kind AS (
      SELECT type, count("jobId") FILTER (WHERE is_open) AS "openJobs", coalesce(sum(applications), 0) AS applications
      FROM unnest(${[...jobTypes]}::text[]) AS type LEFT JOIN job USING (type)
      GROUP BY type
    ), place AS (
      SELECT place, count(*) FILTER (WHERE is_open) AS "openJobs", sum(applications) AS applications FROM job GROUP BY place
    ), asked AS (
      SELECT "jobId", title, company, applications FROM job
    )
    SELECT jsonb_build_object(
      'jobs', (
        SELECT jsonb_build_object(
          'open', count(*) FILTER (WHERE is_open),
          'closed', count(*) FILTER (WHERE NOT is_open),
          'remote', count(*) FILTER (WHERE is_open AND remote)
        )
        FROM job
      ),
      'applications', jsonb_build_object(
        'total', count(*),
        'last30Days', count(*) FILTER (WHERE created_at >= ${thirtyDaysBefore(now)}),
        'byStatus', ${sumsBy(sql`status`, applicationStatuses, sql`1`)}
      ),
      'funnel', ${funnel},
      'timeToAnswer', jsonb_build_object(
        'answered', count(answered_at),
        'waiting', count(*) FILTER (WHERE answered_at IS NULL AND status IN ('submitted', 'reviewing')),
        'meanHours', ${twoDecimals(sql`avg(hours)`)},
        'medianHours', ${twoDecimals(sql`percentile_cont(0.5) WITHIN GROUP (ORDER BY hours)`)},
        'p90Hours', ${twoDecimals(sql`percentile_cont(0.9) WITHIN GROUP (ORDER BY hours)`)}
      ),
      'byType', ${firstOf('kind', { where: sql`true`, order: sql`applications DESC, type` })},
      'byPlace', ${firstOf('place', { where: sql`true`, order: sql`"openJobs" DESC, applications DESC, place` })},
      'mostApplied', ${firstOf('asked', { where: sql`applications > 0`, order: sql`applications DESC, "jobId"` })}
    ) AS figures
    FROM (SELECT *, ${hoursToAnswer} AS hours FROM job_applications) AS application
  `.execute(db);
  return rows[0]!.figures;
}
