import { type Kysely, sql, type Transaction } from 'kysely';
import { recordActivity } from '../db/activity.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { checkUserAchievements } from '../tasks/achievements.js';
import { sendCourseEnrollmentEmail } from '../tasks/email.js';
import { afterChange, recommendCoursesAsync } from '../tasks/recommendations.js';

export interface Enrollment {
  /** Per cent; 100 exactly when `completedAt` is set. */
  progress: number;
  /** What the user gave the course, 1 to 5. */
  rating: number | null;
  enrolledAt: Date;
  completedAt: Date | null;
}

/**
 * Enrols a user in a course. The first time, the mail is on its way with the commit, and the user's achievements are checked, and
 * other courses are recommended soon; later, nothing happens. Throws COURSE_NOT_FOUND.
 */
export async function enroll(
  db: Kysely<Database>,
  userId: number,
  courseId: number,
  now: Date,
): Promise<{ enrollment: Enrollment; created: boolean }> {
  return db.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('enrollments')
      .columns(['user_id', 'course_id'])
      .expression((query) =>
        query
          .selectFrom('courses')
          .select([sql<number>`${userId}::bigint`.as('user_id'), 'id'])
          .where('id', '=', courseId),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('course_id')
      .executeTakeFirst();
    if (inserted) {
      await recordActivity(transaction, userId, 'enrollment', courseId);
      await sendCourseEnrollmentEmail.delayOnCommit(transaction, { userId, courseId });
      await checkUserAchievements.delayOnCommit(transaction, { userId });
      await recommendCoursesAsync.delayOnCommit(transaction, { userId }, afterChange('courses', userId, now));
    }
    const enrollment = await findEnrollment(transaction, userId, courseId);
    if (!enrollment) throw coded('COURSE_NOT_FOUND', { courseId });
    return { enrollment, created: inserted !== undefined };
  });
}

/**
 * Notes how far a user has come. Progress never goes back: less than what is stored, as a late or doubled report says, changes
 * nothing. 100 completes the course, once, and the user's achievements are checked then. Throws NOT_ENROLLED.
 */
export async function reportProgress(
  db: Kysely<Database>,
  userId: number,
  courseId: number,
  progress: number,
): Promise<Enrollment> {
  return db.transaction().execute(async (transaction) => {
    const completed = progress === 100;
    const advanced = await ownEnrollment(transaction, userId, courseId)
      .set({ progress, completed_at: completed ? sql`now()` : null })
      .where('progress', '<', progress)
      .executeTakeFirst();
    if (advanced.numUpdatedRows > 0n) {
      await recordActivity(transaction, userId, completed ? 'course_completed' : 'course_progress', courseId);
      if (completed) await checkUserAchievements.delayOnCommit(transaction, { userId });
    }
    return getEnrollment(transaction, userId, courseId);
  });
}

/** Rates a course, or rates it anew. Throws NOT_ENROLLED. */
export async function rateCourse(db: Kysely<Database>, userId: number, courseId: number, rating: number): Promise<Enrollment> {
  return db.transaction().execute(async (transaction) => {
    const rated = await ownEnrollment(transaction, userId, courseId)
      .set({ rating })
      .where('rating', 'is distinct from', rating)
      .executeTakeFirst();
    if (rated.numUpdatedRows > 0n) await recordActivity(transaction, userId, 'course_rated', courseId);
    return getEnrollment(transaction, userId, courseId);
  });
}

const ownEnrollment = (transaction: Transaction<Database>, userId: number, courseId: number) =>
  transaction.updateTable('enrollments').where('user_id', '=', userId).where('course_id', '=', courseId);

async function findEnrollment(db: Kysely<Database>, userId: number, courseId: number): Promise<Enrollment | undefined> {
  return db
    .selectFrom('enrollments')
    .select(['progress', 'rating', 'created_at as enrolledAt', 'completed_at as completedAt'])
    .where('user_id', '=', userId)
    .where('course_id', '=', courseId)
    .executeTakeFirst();
}

async function getEnrollment(db: Kysely<Database>, userId: number, courseId: number): Promise<Enrollment> {
  const enrollment = await findEnrollment(db, userId, courseId);
  if (!enrollment) throw coded('NOT_ENROLLED', { courseId });
  return enrollment;
}
