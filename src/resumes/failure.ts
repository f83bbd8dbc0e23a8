import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.js';
import { codeOf, type ErrorCode, JourneymanError } from '../errors.js';
import type { TaskContext } from '../taskkit/index.js';
import { sendNotificationAsync } from '../tasks/notifications.js';
import { failResume, lockResume } from './queries.js';

/** What the owner is told. Our own errors about the file say what to do; what went wrong here is not theirs to know. */
function describeFailure(error: unknown): { code: ErrorCode; message: string } {
  const code = codeOf(error) ?? 'INTERNAL';
  if (error instanceof JourneymanError && code.startsWith('RESUME_')) return { code, message: error.message };
  return { code, message: 'The file could not be processed. Upload it again.' };
}

/** Whether the task will not run again after this error. An aborted run is handed back, not failed. */
const isFinal = (error: unknown, { signal, retries, maxRetries }: TaskContext) =>
  !signal.aborted && ((error instanceof JourneymanError && error.permanent) || retries >= maxRetries);

/** Marks the resume as failed and tells its owner, both or neither. One that is completed, deleted or gone is left alone. */
async function recordFailure(db: Kysely<Database>, resumeId: number, error: unknown): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const resume = await lockResume(transaction, resumeId);
    if (resume.status === 'completed' || resume.isDeleted) return;
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
      { taskId: `resume-${resumeId}-failure-notification` },
    );
  });
}

/**
 * Does a task's work on a resume. When it fails for good, permanently or in the last retry, the resume is marked as failed and
 * its owner is told; the error is thrown in any case, so that the task fails too.
 */
export async function failingForOwner<T>(
  db: Kysely<Database>,
  resumeId: number,
  context: TaskContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== 'RESUME_NOT_FOUND' && isFinal(error, context)) {
      try {
        await recordFailure(db, resumeId, error);
      } catch (recording) {
        // The work's own error is the one to report; when the database is away, this one is its echo.
        context.log.error({ err: recording, resumeId }, 'The failure of a resume could not be recorded');
      }
    }
    throw error;
  }
}
