import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { KeyRange } from '../../batch.js';
import type { Freshness } from '../../db/cached-analytics.js';
import type { Database } from '../../db/schema.js';
import { hoursToAnswer, mean, ratingOf, share, sumsBy, twoDecimals } from '../sql.js';
import { applicationStatuses, profileParts } from '../types.js';

/** From how many skills on this part of a profile is complete. */
const enoughSkills = 3;

/** What each part of a complete profile asks of a `person` with their `skill` and `resume`. */
const isComplete: Record<(typeof profileParts)[number], RawBuilder<unknown>> = {
  headline: sql`coalesce(headline, '') <> ''`,
  location: sql`coalesce(location, '') <> ''`,
  level: sql`level IS NOT NULL`,
  skills: sql`coalesce(skill.total, 0) >= ${sql.lit(enoughSkills)}`,
  resume: sql`resume.user_id IS NOT NULL`,
};

const missingParts = sql`array_remove(ARRAY[${sql.join(
  profileParts.map((part) => sql`CASE WHEN NOT (${isComplete[part]}) THEN ${sql.lit(part)} END`),
)}], NULL)`;

/** The rows of each kind, one a user, of the users of a range. Every table is read by an index on the user. */
function partsOf({ fromId, toId }: KeyRange): Record<string, RawBuilder<unknown>> {
  const within = (column: string) => sql`${sql.ref(column)} BETWEEN ${fromId} AND ${toId}`;
  const counted = (table: string, column: string) =>
    sql`SELECT ${sql.ref(column)} AS user_id, count(*) AS total FROM ${sql.table(table)} WHERE ${within(column)} GROUP BY ${sql.ref(column)}`;
  const sessions = (column: string) => sql`
    SELECT
      ${sql.ref(column)} AS user_id, count(*) AS total, count(completed_at) AS completed, count(rating) AS ratings, sum(rating) AS stars
    FROM mentor_sessions
    WHERE ${within(column)}
    GROUP BY ${sql.ref(column)}`;
  return {
    resume: sql`
      SELECT DISTINCT user_id FROM resumes WHERE ${within('user_id')} AND deleted_at IS NULL AND status <> 'failed'`,
    ledger: sql`SELECT user_id, sum(points) AS points FROM points_ledger WHERE ${within('user_id')} GROUP BY user_id`,
    unlocked: counted('user_achievements', 'user_id'),
    skill: sql`
      SELECT
        user_id, count(*) AS total, count(*) FILTER (WHERE source = 'manual') AS by_hand,
        count(*) FILTER (WHERE source = 'resume') AS from_resume, sum(proficiency) AS proficiency
      FROM user_skills
      WHERE ${within('user_id')}
      GROUP BY user_id`,
    endorsed: counted('endorsements', 'user_id'),
    endorsing: counted('endorsements', 'endorser_id'),
    course: sql`
      SELECT user_id, count(*) AS total, count(completed_at) AS completed, sum(progress) AS progress
      FROM enrollments
      WHERE ${within('user_id')}
      GROUP BY user_id`,
    post: counted('posts', 'author_id'),
    comment: counted('comments', 'author_id'),
    liking: counted('likes', 'user_id'),
    // What people like of their own does not count. OFFSET 0 has the likes looked up by post: a hash join, which the planner prefers,
    // reads all likes of the platform.
    liked: sql`
      SELECT author_id AS user_id, count(*) AS total
      FROM (
        SELECT author_id
        FROM posts
        CROSS JOIN LATERAL (SELECT FROM likes WHERE post_id = posts.id AND user_id <> author_id OFFSET 0) AS liked
        WHERE ${within('author_id')}
        UNION ALL
        SELECT author_id
        FROM comments
        CROSS JOIN LATERAL (SELECT FROM likes WHERE comment_id = comments.id AND user_id <> author_id OFFSET 0) AS liked
        WHERE ${within('author_id')}
      ) AS liked
      GROUP BY author_id`,
    connected: sql`
      SELECT user_id, count(*) AS total
      FROM (
        SELECT requester_id AS user_id FROM connections WHERE ${within('requester_id')} AND status = 'accepted'
        UNION ALL
        SELECT addressee_id FROM connections WHERE ${within('addressee_id')} AND status = 'accepted'
      ) AS connected
      GROUP BY user_id`,
    application: sql`
      SELECT
        user_id, count(*) AS total, ${sumsBy(sql`status`, applicationStatuses, sql`1`)} AS by_status, count(answered_at) AS answered,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY ${hoursToAnswer}) AS median_hours
      FROM job_applications
      WHERE ${within('user_id')}
      GROUP BY user_id`,
    mentor: sessions('mentor_id'),
    mentee: sessions('mentee_id'),
  };
}

const total = (part: string) => sql`coalesce(${sql.ref(`${part}.total`)}, 0)`;

const noApplications = JSON.stringify(Object.fromEntries(applicationStatuses.map((status) => [status, 0])));

const value = sql`jsonb_build_object(
  'profile', jsonb_build_object(
    'completeness', 100 - 100 * cardinality(missing) / ${sql.lit(profileParts.length)},
    'missing', to_jsonb(missing)
  ),
  'achievements', jsonb_build_object(
    'points', coalesce(ledger.points, 0),
    'unlocked', ${total('unlocked')},
    'available', (SELECT count(*) FROM achievements)
  ),
  'skills', jsonb_build_object(
    'total', ${total('skill')},
    'byHand', coalesce(skill.by_hand, 0),
    'fromResume', coalesce(skill.from_resume, 0),
    'averageProficiency', ${mean(sql`skill.proficiency`, sql`skill.total`)},
    'endorsementsReceived', ${total('endorsed')},
    'endorsementsGiven', ${total('endorsing')}
  ),
  'learning', jsonb_build_object(
    'enrolled', ${total('course')},
    'completed', coalesce(course.completed, 0),
    'completionRate', ${share(sql`course.completed`, sql`course.total`)},
    'averageProgress', ${mean(sql`course.progress`, sql`course.total`)}
  ),
  'community', jsonb_build_object(
    'posts', ${total('post')},
    'comments', ${total('comment')},
    'likesGiven', ${total('liking')},
    'likesReceived', ${total('liked')},
    'connections', ${total('connected')}
  ),
  'jobs', jsonb_build_object(
    'applications', ${total('application')},
    'byStatus', coalesce(application.by_status, ${noApplications}::jsonb),
    'answered', coalesce(application.answered, 0),
    'medianAnswerHours', ${twoDecimals(sql`application.median_hours`)}
  ),
  'mentoring', jsonb_build_object(
    'sessionsAsMentor', ${total('mentor')},
    'completedAsMentor', coalesce(mentor.completed, 0),
    'rating', ${ratingOf(sql`mentor.ratings`, sql`mentor.stars`)},
    'sessionsAsMentee', ${total('mentee')},
    'completedAsMentee', coalesce(mentee.completed, 0)
  )
)`;

/**
 * Computes and stores the figures of the users of a range, in one statement that leaves them in the database. Figures that are newer already
 * stay. A user who is being deleted is waited for, and left out. Returns how many users had their figures computed.
 *
 * @param which Whose figures, by the columns of `users`.
 */
export async function storeUserFigures(
  db: Kysely<Database>,
  range: KeyRange,
  { which, computedAt, expiresAt }: { which: RawBuilder<boolean> } & Freshness,
): Promise<number> {
  const joins = Object.entries(partsOf(range)).map(
    ([name, rows]) => sql`LEFT JOIN (${rows}) AS ${sql.table(name)} ON ${sql.ref(`${name}.user_id`)} = person.id`,
  );
  const { rows } = await sql<{ users: number }>`
    WITH person AS MATERIALIZED (
      SELECT id, headline, location, level
      FROM users
      WHERE id BETWEEN ${range.fromId} AND ${range.toId} AND ${which}
      ORDER BY id
      FOR KEY SHARE
    ), figures AS MATERIALIZED (
      SELECT person.id AS user_id, ${value} AS value
      FROM person
      ${sql.join(joins, sql` `)}
      CROSS JOIN LATERAL (SELECT ${missingParts} AS missing) AS profile
    ), stored AS (
      INSERT INTO user_analytics (user_id, value, computed_at, expires_at)
      SELECT user_id, value, ${computedAt}::timestamptz, ${expiresAt}::timestamptz FROM figures ORDER BY user_id
      ON CONFLICT (user_id) DO UPDATE
      SET value = excluded.value, computed_at = excluded.computed_at, expires_at = excluded.expires_at
      WHERE user_analytics.computed_at <= excluded.computed_at
    )
    SELECT count(*) AS users FROM figures
  `.execute(db);
  return rows[0]!.users;
}
