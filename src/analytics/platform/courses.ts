import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { firstOf, mean, ratingOf, share } from '../sql.js';
import type { Figures } from '../types.js';

/** A course with fewer ratings is not among the best rated. */
const fewestRatings = 3;

/** Enrolments, how many of them were completed, and what the courses were rated. */
export async function courseFigures(db: Kysely<Database>): Promise<Figures<'courses'>> {
  const { rows } = await sql<{ figures: Figures<'courses'> }>`
    WITH enrolled AS MATERIALIZED (
      SELECT
        course_id, count(*) AS enrollments, count(completed_at) AS completed, sum(progress) AS progress,
        count(rating) AS ratings, sum(rating) AS stars
      FROM enrollments
      GROUP BY course_id
    ), course AS MATERIALIZED (
      SELECT
        course_id AS "courseId", title, enrollments, completed,
        ${share(sql`completed`, sql`enrollments`)} AS "completionRate",
        ${mean(sql`progress`, sql`enrollments`)} AS "averageProgress",
        ${ratingOf(sql`ratings`, sql`stars`)} AS rating
      FROM enrolled JOIN courses ON courses.id = course_id
    )
    SELECT jsonb_build_object(
      'totals', (
        SELECT jsonb_build_object(
          'courses', (SELECT count(*) FROM courses),
          'enrollments', coalesce(sum(enrollments), 0),
          'completed', coalesce(sum(completed), 0),
          'completionRate', ${share(sql`sum(completed)`, sql`sum(enrollments)`)},
          'rating', ${ratingOf(sql`sum(ratings)`, sql`sum(stars)`)}
        )
        FROM enrolled
      ),
      'mostEnrolled', ${firstOf('course', { where: sql`true`, order: sql`enrollments DESC, "courseId"` })},
      'bestRated', ${firstOf('course', {
        where: sql`rating -> 'ratings' >= ${fewestRatings}::text::jsonb`,
        order: sql`rating -> 'average' DESC, rating -> 'ratings' DESC, "courseId"`,
      })}
    ) AS figures
  `.execute(db);
  return rows[0]!.figures;
}
