import { type RawBuilder, sql, type Transaction } from 'kysely';
import { addDays } from '../calendar.js';
import type { Database } from '../db/schema.js';
import { fillDays, type Period } from './activity/fold.js';
import { readActivity } from './activity/read.js';

/** What is counted by day: rows of the time `at`. */
const sources = {
  signUps: sql`SELECT created_at AS at FROM users`,
  posts: sql`SELECT created_at AS at FROM posts`,
  comments: sql`SELECT created_at AS at FROM comments`,
  resumes: sql`SELECT created_at AS at FROM resumes`,
  likes: sql`SELECT created_at AS at FROM likes`,
  connections: sql`SELECT answered_at AS at FROM connections WHERE status = 'accepted'`,
  endorsements: sql`SELECT created_at AS at FROM endorsements`,
  enrollments: sql`SELECT created_at AS at FROM enrollments`,
  coursesCompleted: sql`SELECT completed_at AS at FROM enrollments`,
  achievements: sql`SELECT unlocked_at AS at FROM user_achievements`,
  jobsPosted: sql`SELECT posted_at AS at FROM jobs`,
  applications: sql`SELECT created_at AS at FROM job_applications`,
  answers: sql`SELECT answered_at AS at FROM job_applications`,
  sessionsRequested: sql`SELECT created_at AS at FROM mentor_sessions`,
  sessionsCompleted: sql`SELECT completed_at AS at FROM mentor_sessions`,
} satisfies Record<string, RawBuilder<unknown>>;

/** What happened on a calendar day. */
export type DayCounts = Record<keyof typeof sources, number> & {
  date: string;
  /** Who did something. */
  activeUsers: number;
  /** Who had signed up by the end of the day. */
  totalUsers: number;
  /** Of the sessions completed on the day, from 1 to 5; null without a rating. */
  averageRating: number | null;
};

/** The columns of the counts, in the order in which they are exported. */
export const dayCountKeys = ['date', 'totalUsers', 'activeUsers', ...Object.keys(sources), 'averageRating'];

/** Counts what happened on every calendar day from `from` to `to`. The transaction makes that the counts are of one moment. */
export async function countDays(trx: Transaction<Database>, period: Period & { timezone: string }): Promise<DayCounts[]> {
  const { from, to, timezone } = period;
  const dateOf = (time: RawBuilder<unknown>) => sql`(${time} AT TIME ZONE ${timezone})::date`;
  // Where there is an index on the time, it finds the days by instants that hold them in every time zone.
  const within = (time: RawBuilder<unknown>) => sql`(
    ${time} >= ${`${addDays(from, -1)}T00:00Z`} AND ${time} < ${`${addDays(to, 2)}T00:00Z`}
    AND ${dateOf(time)} BETWEEN ${from} AND ${to}
  )`;
  const counts = Object.entries(sources).map(
    ([key, source]) => sql`
      SELECT ${dateOf(sql`at`)} AS date, ${key}::text AS key, count(*)::float8 AS value
      FROM (${source}) AS source WHERE ${within(sql`at`)} GROUP BY 1`,
  );
  const { rows } = await sql<{ date: string; counts: Partial<DayCounts> }>`
    SELECT date, jsonb_object_agg(key, value) AS counts
    FROM (
      ${sql.join(counts, sql` UNION ALL `)}
      UNION ALL
      SELECT ${dateOf(sql`completed_at`)}, 'averageRating', round(avg(rating), 2)
      FROM mentor_sessions WHERE ${within(sql`completed_at`)} GROUP BY 1
    ) AS counted
    GROUP BY date
  `.execute(trx);
  const found = new Map(rows.map(({ date, counts }) => [date, counts]));
  let totalUsers = await countUsers(trx, sql<boolean>`${dateOf(sql`created_at`)} < ${from}`);
  return fillDays(await readActivity(trx, period), period).map(({ date, users }) => {
    const day = { ...nothing, ...found.get(date) };
    totalUsers += day.signUps;
    return { ...day, date, activeUsers: users, totalUsers };
  });
}

const nothing = {
  ...(Object.fromEntries(Object.keys(sources).map((key) => [key, 0])) as Record<keyof typeof sources, number>),
  averageRating: null,
};

async function countUsers(trx: Transaction<Database>, which: RawBuilder<boolean>): Promise<number> {
  const { users } = await trx
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('users'))
    .where(which)
    .executeTakeFirstOrThrow();
  return users;
}
