import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { coded } from '../../errors.js';

/** A course that the user is enrolled in. Throws COURSE_NOT_FOUND, NOT_ENROLLED. */
export async function findEnrolledCourse(db: Kysely<Database>, userId: number, courseId: number) {
  const course = await db
    .selectFrom('courses')
    .leftJoin('enrollments', (join) => join.onRef('course_id', '=', 'courses.id').on('user_id', '=', userId))
    .select([
      'courses.title',
      'courses.provider',
      'courses.duration_hours as durationHours',
      'courses.modules',
      sql<boolean>`enrollments.user_id IS NOT NULL`.as('enrolled'),
    ])
    .where('courses.id', '=', courseId)
    .executeTakeFirst();
  if (!course) throw coded('COURSE_NOT_FOUND', { courseId });
  if (!course.enrolled) throw coded('NOT_ENROLLED', { courseId });
  return course;
}
