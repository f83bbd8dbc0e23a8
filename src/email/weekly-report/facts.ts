import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import type { Metric, Profile, Weeks } from './report.js';

/** A user's last finished week, and the one before it: they begin at `since` and `start`, and end at `end`. */
export interface UserWeeks {
  userId: number;
  since: Date;
  start: Date;
  end: Date;
}

/** What counts for each figure: rows of a `user_id`, the time `at`, and the `amount`. */
const sources: Record<Metric, RawBuilder<unknown>> = {
  points: sql`SELECT user_id, created_at AS at, points AS amount FROM points_ledger`,
  achievements: sql`SELECT user_id, unlocked_at AS at, 1 AS amount FROM user_achievements`,
  applications: sql`SELECT user_id, created_at AS at, 1 AS amount FROM job_applications`,
  coursesStarted: sql`SELECT user_id, created_at AS at, 1 AS amount FROM enrollments`,
  coursesCompleted: sql`SELECT user_id, completed_at AS at, 1 AS amount FROM enrollments`,
  posts: sql`SELECT author_id AS user_id, created_at AS at, 1 AS amount FROM posts`,
  comments: sql`SELECT author_id AS user_id, created_at AS at, 1 AS amount FROM comments`,
  // What people like of their own does not count.
  likesReceived: sql`
    SELECT posts.author_id AS user_id, likes.created_at AS at, 1 AS amount
    FROM likes JOIN posts ON posts.id = likes.post_id WHERE likes.user_id <> posts.author_id
    UNION ALL
    SELECT comments.author_id, likes.created_at, 1
    FROM likes JOIN comments ON comments.id = likes.comment_id WHERE likes.user_id <> comments.author_id`,
  connections: sql`
    SELECT requester_id AS user_id, answered_at AS at, 1 AS amount FROM connections WHERE status = 'accepted'
    UNION ALL
    SELECT addressee_id, answered_at, 1 FROM connections WHERE status = 'accepted'`,
};

/** Each user's figures of the two weeks; a figure that is zero in both is left out. */
export async function findFigures(
  db: Kysely<Database>,
  users: UserWeeks[],
): Promise<Map<number, Partial<Record<Metric, Weeks>>>> {
  const times = (of: (weeks: UserWeeks) => Date) => users.map((weeks) => of(weeks).toISOString());
  const [earliest] = times(({ since }) => since).sort();
  // The bound that holds for all of them lets PostgreSQL start from the indexes on time.
  const figures = Object.entries(sources).map(
    ([metric, source]) => sql`
      SELECT person.id AS user_id, ${metric} AS metric,
        coalesce(sum(amount) FILTER (WHERE at >= person.start), 0) AS value,
        coalesce(sum(amount) FILTER (WHERE at < person.start), 0) AS before
      FROM person JOIN (${source}) AS source
        ON source.user_id = person.id AND at >= ${earliest} AND at >= person.since AND at < person.finish
      GROUP BY person.id`,
  );
  const { rows } = await sql<{ userId: number; figures: Partial<Record<Metric, Weeks>> }>`
    WITH person AS (
      SELECT * FROM unnest(
        ${users.map(({ userId }) => userId)}::bigint[],
        ${times(({ since }) => since)}::timestamptz[],
        ${times(({ start }) => start)}::timestamptz[],
        ${times(({ end }) => end)}::timestamptz[]
      ) AS person (id, since, start, finish)
    )
    SELECT user_id AS "userId", jsonb_object_agg(metric, jsonb_build_object('value', value, 'before', before)) AS figures
    FROM (${sql.join(figures, sql` UNION ALL `)}) AS figure
    WHERE value <> 0 OR before <> 0
    GROUP BY user_id
  `.execute(db);
  return new Map(rows.map(({ userId, figures }) => [userId, figures]));
}

/** The names of the achievements that each user unlocked in the week. */
export async function findUnlocked(db: Kysely<Database>, users: UserWeeks[]): Promise<Map<number, string[]>> {
  const { rows } = await sql<{ userId: number; names: string[] }>`
    SELECT user_id AS "userId", array_agg(name ORDER BY unlocked_at, key) AS names
    FROM unnest(
      ${users.map(({ userId }) => userId)}::bigint[],
      ${users.map(({ start }) => start.toISOString())}::timestamptz[],
      ${users.map(({ end }) => end.toISOString())}::timestamptz[]
    ) AS person (id, start, finish)
    JOIN user_achievements ON user_id = person.id AND unlocked_at >= person.start AND unlocked_at < person.finish
    JOIN achievements ON key = achievement_key
    GROUP BY user_id
  `.execute(db);
  return new Map(rows.map(({ userId, names }) => [userId, names]));
}

/** What each user's profile has. */
export async function findProfiles(db: Kysely<Database>, userIds: number[]): Promise<Map<number, Profile>> {
  const { rows } = await sql<Profile & { userId: number }>`
    SELECT id AS "userId", headline IS NOT NULL AS headline, location IS NOT NULL AS location, level IS NOT NULL AS level,
      (SELECT count(*) FROM user_skills WHERE user_id = users.id) AS skills,
      EXISTS (SELECT FROM resumes WHERE user_id = users.id AND status = 'completed' AND deleted_at IS NULL) AS resume,
      EXISTS (SELECT FROM endorsements WHERE user_id = users.id) AS endorsed
    FROM users WHERE id = ANY(${userIds}::bigint[])
  `.execute(db);
  return new Map(rows.map(({ userId, ...profile }) => [userId, profile]));
}
