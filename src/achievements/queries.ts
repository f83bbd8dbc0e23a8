import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import type { Standing } from './decide.js';
import { achievementDefinitions, type Metrics, type Rule } from './rules.js';

/** What each metric counts: a row with the `user_id` for each thing that counts. */
const sources: Record<keyof Metrics, RawBuilder<unknown>> = {
  posts: sql`SELECT author_id AS user_id FROM posts`,
  resumes: sql`SELECT user_id FROM resumes WHERE deleted_at IS NULL AND status <> 'failed'`,
  enrollments: sql`SELECT user_id FROM enrollments`,
  coursesCompleted: sql`SELECT user_id FROM enrollments WHERE completed_at IS NOT NULL`,
  endorsementsGiven: sql`SELECT endorser_id AS user_id FROM endorsements`,
  applications: sql`SELECT user_id FROM job_applications`,
  sessionsMentored: sql`SELECT mentor_id AS user_id FROM mentor_sessions WHERE status = 'completed'`,
  // What people like of their own does not count. OFFSET 0 has the likes looked up by post: a hash join, which the planner prefers,
  // reads all likes of the platform for each chunk of users.
  likesReceived: sql`
    SELECT posts.author_id AS user_id
    FROM posts
    CROSS JOIN LATERAL (SELECT FROM likes WHERE post_id = posts.id AND user_id <> posts.author_id OFFSET 0) AS liked
    UNION ALL
    SELECT comments.author_id
    FROM comments
    CROSS JOIN LATERAL (SELECT FROM likes WHERE comment_id = comments.id AND user_id <> comments.author_id OFFSET 0) AS liked`,
  skills: sql`SELECT user_id FROM user_skills`,
};

/** Locks the users until the transaction ends, in the order of their ids, and returns those that exist. */
export async function lockUsers(trx: Transaction<Database>, userIds: number[]): Promise<number[]> {
  const rows = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', sql<number>`ANY(${userIds}::bigint[])`)
    .orderBy('id')
    // What merely refers to a user, such as a new post, does not wait.
    .forNoKeyUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Where each of the users stands, in one statement however many they are.
 *
 * @param rules Only what these ask for is counted; the other metrics are 0. Default: all.
 */
export async function standingsOf(
  db: Kysely<Database>,
  userIds: number[],
  rules: readonly Rule[] = achievementDefinitions,
): Promise<Map<number, Standing>> {
  const isOneOfThem = sql`user_id = ANY(${userIds}::bigint[])`;
  const counts = Object.entries(sources)
    .filter(([metric]) => rules.some((rule) => rule.metric === metric))
    .map(
      ([metric, source]) =>
        sql`SELECT user_id, ${metric} AS metric, count(*) AS value FROM (${source}) AS source WHERE ${isOneOfThem} GROUP BY user_id`,
    );
  const nothing = sql`SELECT NULL::bigint AS user_id, NULL AS metric, NULL::bigint AS value WHERE false`;
  const { rows } = await sql<{ userId: number; counted: Partial<Metrics>; unlocked: string[]; points: number }>`
    SELECT
      person.id AS "userId",
      coalesce(counted.metrics, '{}') AS counted,
      coalesce(held.keys, '{}') AS unlocked,
      coalesce(ledger.points, 0) AS points
    FROM unnest(${userIds}::bigint[]) AS person (id)
    LEFT JOIN (
      SELECT user_id, jsonb_object_agg(metric, value) AS metrics
      FROM (${sql.join([nothing, ...counts], sql` UNION ALL `)}) AS count
      GROUP BY user_id
    ) AS counted ON counted.user_id = person.id
    LEFT JOIN (
      SELECT user_id, array_agg(achievement_key) AS keys FROM user_achievements WHERE ${isOneOfThem} GROUP BY user_id
    ) AS held ON held.user_id = person.id
    LEFT JOIN (
      SELECT user_id, sum(points) AS points FROM points_ledger WHERE ${isOneOfThem} GROUP BY user_id
    ) AS ledger ON ledger.user_id = person.id
  `.execute(db);
  return new Map(
    rows.map(({ userId, counted, unlocked, points }) => [
      userId,
      { metrics: withZeros(counted), unlocked: new Set(unlocked), points },
    ]),
  );
}

const withZeros = (counted: Partial<Metrics>) =>
  Object.fromEntries(Object.keys(sources).map((metric) => [metric, counted[metric as keyof Metrics] ?? 0])) as Metrics;

interface Unlock {
  userId: number;
  key: string;
  points: number;
}

/**
 * Unlocks achievements and gives their points, for any number of users in one statement. What a user has already stays as it is
 * and gives nothing.
 */
export async function saveUnlocks(trx: Transaction<Database>, unlocks: Unlock[], now: Date): Promise<void> {
  if (unlocks.length === 0) return;
  await sql`
    WITH given AS (
      SELECT * FROM unnest(
        ${unlocks.map(({ userId }) => userId)}::bigint[],
        ${unlocks.map(({ key }) => key)}::text[],
        ${unlocks.map(({ points }) => points)}::integer[]
      ) AS given (user_id, key, points)
    ), unlocked AS (
      INSERT INTO user_achievements (user_id, achievement_key, unlocked_at)
      SELECT user_id, key, ${now}::timestamptz FROM given
      ON CONFLICT DO NOTHING
      RETURNING user_id, achievement_key AS key
    )
    INSERT INTO points_ledger (user_id, points, source, created_at)
    SELECT user_id, points, 'achievement:' || key, ${now}::timestamptz
    FROM unlocked JOIN given USING (user_id, key)
    WHERE points > 0
    ON CONFLICT (user_id, source) DO NOTHING
  `.execute(trx);
}
