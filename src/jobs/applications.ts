import { type Kysely, sql } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { delayForUser } from '../http/task-owners.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { afterChange, recommendJobsAsync } from '../tasks/recommendations.js';
import { type ApplicationStatus, isOpen } from './queries.js';

/**
 * Applies for a job, once: one who has withdrawn does not apply again. The user's recommendations are computed anew soon and the
 * achievements checked. Throws JOB_NOT_FOUND, JOB_CLOSED, ALREADY_APPLIED. Returns the application's id and that of the task which
 * computes the recommendations.
 */
export function applyForJob(
  db: Kysely<Database>,
  userId: number,
  jobId: number,
  now: Date,
): Promise<{ applicationId: number; taskId: string }> {
  return db.transaction().execute(async (trx) => {
    // A job that is being closed is waited for.
    const job = await trx.selectFrom('jobs').select(isOpen.as('open')).where('id', '=', jobId).forShare().executeTakeFirst();
    if (!job) throw coded('JOB_NOT_FOUND', { jobId });
    if (!job.open) throw coded('JOB_CLOSED', { jobId });

    const application = await trx
      .insertInto('job_applications')
      .values({ user_id: userId, job_id: jobId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!application) throw coded('ALREADY_APPLIED', { jobId });

    await recordActivity(trx, userId, 'application', application.id);
    const task = await delayForUser(trx, userId, recommendJobsAsync, { userId }, afterChange('jobs', userId, now));
    await checkUserAchievements.delayOnCommit(trx, { userId });
    return { applicationId: application.id, taskId: task.id };
  });
}

/** Withdraws an application; one that was rejected or withdrawn stays what it is. Throws NOT_APPLIED. */
export function withdrawApplication(db: Kysely<Database>, userId: number, jobId: number): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const application = await trx
      .selectFrom('job_applications')
      .select(['id', 'status'])
      .where('user_id', '=', userId)
      .where('job_id', '=', jobId)
      .forUpdate()
      .executeTakeFirst();
    if (!application) throw coded('NOT_APPLIED', { jobId });
    if (application.status === 'withdrawn' || application.status === 'rejected') return;
    await trx
      .updateTable('job_applications')
      .set({ status: 'withdrawn', updated_at: sql`now()` })
      .where('id', '=', application.id)
      .execute();
    await recordActivity(trx, userId, 'application_withdrawn', application.id);
  });
}

/** An application as the applicant sees it. */
export interface Application {
  id: number;
  status: ApplicationStatus;
  createdAt: Date;
  /** When the company first answered. */
  answeredAt: Date | null;
  job: { id: number; title: string; company: string; location: string };
}

/** One page of a user's applications, newest first, with how many there are. Pages count from 1. */
export async function listApplications(
  db: Kysely<Database>,
  userId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: Application[]; total: number }> {
  const own = db.selectFrom('job_applications').where('user_id', '=', userId);
  const [items, { total }] = await Promise.all([
    own
      .innerJoin('jobs', 'jobs.id', 'job_applications.job_id')
      .select([
        'job_applications.id',
        'job_applications.status',
        'job_applications.created_at as createdAt',
        'job_applications.answered_at as answeredAt',
        sql<Application['job']>`jsonb_build_object(
          'id', jobs.id, 'title', jobs.title, 'company', jobs.company, 'location', jobs.location
        )`.as('job'),
      ])
      .orderBy('job_applications.created_at', 'desc')
      .orderBy('job_applications.id', 'desc')
      .limit(pageSize)
      .offset((page - 1) * pageSize)
      .execute(),
    own.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items, total };
}
