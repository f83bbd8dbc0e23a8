import { type Kysely, sql } from 'kysely';
import { contains } from '../db/contains.js';
import type { Level } from '../db/schema/columns.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';

export const jobTypes = ['full_time', 'part_time', 'contract', 'internship', 'temporary'] as const;

/** A job in a list. */
export interface JobSummary {
  id: number;
  title: string;
  company: string;
  location: string;
  remote: boolean;
  level: Level;
  type: (typeof jobTypes)[number];
  salaryMin: number | null;
  salaryMax: number | null;
  currency: string | null;
  postedAt: Date;
  expiresAt: Date | null;
}

export type ApplicationStatus = 'submitted' | 'reviewing' | 'interview' | 'offered' | 'rejected' | 'withdrawn';

/** A job by itself, as one user sees it. */
export interface Job extends JobSummary {
  description: string;
  open: boolean;
  /** What weighs most first. */
  skills: { id: number; name: string; weight: number; required: boolean }[];
  /** Null when the user has not applied. */
  application: { id: number; status: ApplicationStatus } | null;
}

const summaryColumns = [
  'jobs.id',
  'jobs.title',
  'jobs.company',
  'jobs.location',
  'jobs.remote',
  'jobs.level',
  'jobs.type',
  'jobs.salary_min as salaryMin',
  'jobs.salary_max as salaryMax',
  'jobs.currency',
  'jobs.posted_at as postedAt',
  'jobs.expires_at as expiresAt',
] as const;

/** Whether a job takes applications now. */
export const isOpen = sql<boolean>`(jobs.status = 'open' AND (jobs.expires_at IS NULL OR jobs.expires_at > now()))`;

/** What a list of jobs is narrowed to; all that are given must hold. */
export interface JobFilters {
  /** Part of the title, the company or the description. */
  text?: string | undefined;
  /** Part of the place. */
  location?: string | undefined;
  remote?: boolean | undefined;
  level?: Level | undefined;
  type?: JobSummary['type'] | undefined;
  /** Jobs that ask for this skill. */
  skillId?: number | undefined;
}

function openJobs(db: Kysely<Database>, { text, location, remote, level, type, skillId }: JobFilters) {
  let query = db.selectFrom('jobs').where(isOpen);
  if (text !== undefined) query = query.where(contains(sql`concat_ws(E'\\n', title, company, description)`, text));
  if (location !== undefined) query = query.where(contains(sql.ref('location'), location));
  if (remote !== undefined) query = query.where('remote', '=', remote);
  if (level !== undefined) query = query.where('level', '=', level);
  if (type !== undefined) query = query.where('type', '=', type);
  if (skillId === undefined) return query;
  return query.where('id', 'in', ({ selectFrom }) => selectFrom('job_skills').select('job_id').where('skill_id', '=', skillId));
}

/** One page of the jobs that take applications, newest first, with how many there are. Pages count from 1. */
export async function listJobs(
  db: Kysely<Database>,
  { page, pageSize, ...filters }: JobFilters & { page: number; pageSize: number },
): Promise<{ items: JobSummary[]; total: number }> {
  const chosen = openJobs(db, filters);
  const [items, { total }] = await Promise.all([
    chosen
      .select(summaryColumns)
      .orderBy('posted_at', 'desc')
      .orderBy('id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    chosen.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}

/** A job, also one that is closed, as a user sees it. Throws JOB_NOT_FOUND. */
export async function getJob(db: Kysely<Database>, userId: number, jobId: number): Promise<Job> {
  const job = await db
    .selectFrom('jobs')
    .leftJoin('job_applications as application', (join) =>
      join.onRef('application.job_id', '=', 'jobs.id').on('application.user_id', '=', userId),
    )
    .where('jobs.id', '=', jobId)
    .select(summaryColumns)
    .select([
      'jobs.description',
      isOpen.as('open'),
      sql<Job['skills']>`(
        SELECT coalesce(jsonb_agg(
          jsonb_build_object('id', skills.id, 'name', skills.name, 'weight', asked.weight, 'required', asked.required)
          ORDER BY asked.weight DESC, skills.name
        ), '[]')
        FROM job_skills AS asked JOIN skills ON skills.id = asked.skill_id
        WHERE asked.job_id = jobs.id
      )`.as('skills'),
      'application.id as applicationId',
      'application.status as applicationStatus',
    ])
    .executeTakeFirst();
  if (!job) throw coded('JOB_NOT_FOUND', { jobId });
  const { applicationId, applicationStatus, ...rest } = job;
  const applied = applicationId !== null && applicationStatus !== null;
  return { ...rest, application: applied ? { id: applicationId, status: applicationStatus } : null };
}
