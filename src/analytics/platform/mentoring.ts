import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { firstOf, ratingOf, sumsBy, thirtyDaysBefore } from '../sql.js';
import { type Figures, sessionStatuses } from '../types.js';

/** Mentors whose accounts are open, and the sessions of all mentors. */
export async function mentoringFigures(db: Kysely<Database>, now: Date): Promise<Figures<'mentoring'>> {
  const { rows } = await sql<{ figures: Figures<'mentoring'> }>`
    WITH mentor AS MATERIALIZED (
      SELECT user_id, accepts_mentees FROM mentors JOIN users ON users.id = user_id AND users.is_active
    ), counted AS MATERIALIZED (
      SELECT
        mentor_id, status, count(*) AS sessions, count(rating) AS ratings, sum(rating) AS stars,
        count(*) FILTER (WHERE completed_at >= ${thirtyDaysBefore(now)}) AS recent
      FROM mentor_sessions
      GROUP BY mentor_id, status
    ), top AS (
      SELECT mentor_id AS "userId", sessions AS completed, ${ratingOf(sql`ratings`, sql`stars`)} AS rating
      FROM counted JOIN mentor ON user_id = mentor_id
      WHERE status = 'completed'
    )
    SELECT jsonb_build_object(
      'mentors', (
        SELECT jsonb_build_object('total', count(*), 'accepting', count(*) FILTER (WHERE accepts_mentees)) FROM mentor
      ),
      'sessions', jsonb_build_object(
        'total', coalesce(sum(sessions), 0),
        'byStatus', ${sumsBy(sql`status`, sessionStatuses, sql`sessions`)},
        'completedLast30Days', coalesce(sum(recent), 0)
      ),
      'rating', ${ratingOf(sql`sum(ratings)`, sql`sum(stars)`)},
      'topMentors', ${firstOf('top', { where: sql`true`, order: sql`completed DESC, rating -> 'average' DESC, "userId"` })}
    ) AS figures
    FROM counted
  `.execute(db);
  return rows[0]!.figures;
}
