import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import type { ErrorCode } from '../errors.js';
import type { TaskError } from '../taskkit/index.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { failResume, lockResume } from './queries.js';

/** What the owner is told. Our own errors about the file say what to do; what went wrong here is not theirs to know. */
function describeFailure({ code, message }: TaskError): { code: ErrorCode; message: string } {
  if (code.startsWith('RESUME_')) return { code: code as ErrorCode, message };
  return { code: 'INTERNAL', message: 'The file could not be processed. Upload it again.' };
}

/**
 * Marks a resume whose task has failed for good as failed and tells its owner, both or neither, once for each time that the
 * analysis was asked for. One that is completed, deleted or gone is left alone.
 */
export async function recordFailure(db: Kysely<Database>, resumeId: number, error: TaskError): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const resume = await lockResume(transaction, resumeId);
    if (!resume || resume.status === 'completed' || resume.isDeleted) return;
    const failure = describeFailure(error);
    await failResume(transaction, resumeId, failure);
    await sendNotificationAsync.delayOnCommit(
      transaction,
      {
        userId: resume.userId,
        notificationType: 'resume_failed',
        title: 'Your resume could not be analyzed',
        message: `${resume.fileName}: ${failure.message}`,
      },
      { taskId: `resume-${resumeId}-failure-${resume.requestedAt.getTime()}` },
    );
  });
}
