/**
 * The way of loops, as the tasks of a web framework are commonly written: one query for each day, month, skill, course, or figure of
 * a user. Each loop returns how many queries it made; what it counts, it counts as the tasks do.
 */

const dayMs = 86_400_000;

/** The calendar days before `now`, in UTC. */
const daysBefore = (now, count) => {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Array.from({ length: count }, (_, back) => new Date(midnight - back * dayMs));
};

/** One query for each day and its hours. */
export async function heatmapByDay(client, now, days) {
  let events = 0;
  for (const day of daysBefore(now, days)) {
    const { rows } = await client.query(
      `SELECT extract(hour FROM occurred_at AT TIME ZONE 'UTC') AS hour, count(*) AS events, array_agg(DISTINCT user_id) AS users
       FROM activity_events WHERE occurred_at >= $1 AND occurred_at < $2 GROUP BY hour`,
      [day, new Date(day.getTime() + dayMs)],
    );
    for (const row of rows) events += Number(row.events);
  }
  return { queries: days, events };
}

/** Four queries for each month. */
export async function growthByMonth(client, now) {
  let signUps = 0;
  for (let back = 0; back < 12; back++) {
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back));
    const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 1));
    const over = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 2));
    const { rows } = await client.query('SELECT count(*) FROM users WHERE created_at >= $1 AND created_at < $2', [start, end]);
    signUps += Number(rows[0].count);
    await client.query('SELECT count(*) FROM users WHERE created_at < $1', [end]);
    await client.query(
      'SELECT count(*) FROM users WHERE created_at >= $1 AND created_at < $2 AND is_active AND last_seen_at >= $3',
      [start, end, new Date(now.getTime() - 30 * dayMs)],
    );
    await client.query(
      `SELECT count(DISTINCT users.id) FROM users JOIN activity_events ON user_id = users.id
       WHERE created_at >= $1 AND created_at < $2 AND occurred_at >= $2 AND occurred_at < $3`,
      [start, end, over],
    );
  }
  return { queries: 48, signUps };
}

const skillCounts = [
  'SELECT count(*) FROM user_skills JOIN users ON users.id = user_id WHERE skill_id = $1 AND is_active',
  'SELECT count(*) FROM endorsements WHERE skill_id = $1',
  "SELECT count(*) FROM job_skills JOIN jobs ON jobs.id = job_id WHERE skill_id = $1 AND status = 'open'",
];
const courseCounts = [
  'SELECT count(*) FROM enrollments WHERE course_id = $1',
  'SELECT count(*) FROM enrollments WHERE course_id = $1 AND completed_at IS NOT NULL',
  'SELECT avg(progress), count(rating), avg(rating) FROM enrollments WHERE course_id = $1',
];
const userCounts = [
  'SELECT headline, location, level FROM users WHERE id = $1',
  "SELECT count(*) FROM resumes WHERE user_id = $1 AND deleted_at IS NULL AND status <> 'failed'",
  'SELECT sum(points) FROM points_ledger WHERE user_id = $1',
  'SELECT count(*) FROM user_achievements WHERE user_id = $1',
  'SELECT source, proficiency FROM user_skills WHERE user_id = $1',
  'SELECT count(*) FROM endorsements WHERE user_id = $1',
  'SELECT count(*) FROM endorsements WHERE endorser_id = $1',
  'SELECT progress, completed_at FROM enrollments WHERE user_id = $1',
  'SELECT count(*) FROM posts WHERE author_id = $1',
  'SELECT count(*) FROM comments WHERE author_id = $1',
  'SELECT count(*) FROM likes WHERE user_id = $1',
  'SELECT count(*) FROM likes JOIN posts ON posts.id = post_id WHERE author_id = $1 AND user_id <> $1',
  'SELECT count(*) FROM likes JOIN comments ON comments.id = comment_id WHERE author_id = $1 AND user_id <> $1',
  "SELECT count(*) FROM connections WHERE (requester_id = $1 OR addressee_id = $1) AND status = 'accepted'",
  'SELECT status, created_at, answered_at FROM job_applications WHERE user_id = $1',
  'SELECT status, rating FROM mentor_sessions WHERE mentor_id = $1',
  'SELECT status FROM mentor_sessions WHERE mentee_id = $1',
];

async function askForEach(client, ids, queries) {
  for (const id of ids) for (const query of queries) await client.query(query, [id]);
  return { queries: ids.length * queries.length };
}

/** Three queries for each skill, and three for each course. */
export const skillsOneByOne = (client, ids) => askForEach(client, ids, skillCounts);
export const coursesOneByOne = (client, ids) => askForEach(client, ids, courseCounts);

/** One query for each figure of each user, and one that stores them. */
export async function usersOneByOne(client, ids) {
  let queries = 0;
  for (const id of ids) {
    queries += (await askForEach(client, [id], userCounts)).queries + 1;
    await client.query(
      `INSERT INTO user_analytics (user_id, value, computed_at, expires_at) VALUES ($1, $2, now(), now())
       ON CONFLICT (user_id) DO UPDATE SET value = excluded.value, computed_at = excluded.computed_at`,
      [id, '{}'],
    );
  }
  return { queries };
}
