// examples/guide/idempotent.ts
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '#src/db/schema.js';
import { delayAllOnCommit, handle, task } from '#src/taskkit/index.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';

export const closeJob = task('examples.jobs.close_job', { jobId: z.number() }, { returns: { closed: z.boolean() } });

export const closeJobHandler = (db: Kysely<Database>) =>
  handle(closeJob, async ({ jobId }) =>
    db.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('jobs')
        .set({ status: 'closed' })
        .where('id', '=', jobId)
        .where('status', '=', 'open')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return { closed: false };
      const applicants = await transaction.selectFrom('job_applications').select('user_id').where('job_id', '=', jobId).execute();
      const notices = applicants.map(({ user_id: userId }) => {
        const notice = { userId, notificationType: 'job', title: 'Closed', message: 'A job you applied for was closed.' };
        return sendNotificationAsync.s(notice).set({ taskId: `job-${jobId}-closed-${userId}` });
      });
      await delayAllOnCommit(transaction, notices);
      return { closed: true };
    }),
  );
