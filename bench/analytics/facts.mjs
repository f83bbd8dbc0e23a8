/** A platform's worth of users and of what they did in two years, made by the database itself. */
import { sql } from 'kysely';

/** How many events a user has, and how many applications. */
const eventsPerUser = 20;
const applicationsPerUser = 5;

/** How many rows one statement makes at most. */
const batchRows = 250_000;

/** Between 0 and 1, spread evenly, and the same for the same number and purpose. */
const chance = (number, purpose) => sql`(((${number})::bigint * 7919 + ${sql.lit(purpose)} * 104729) % 1000003 / 1000003.0)`;

/**
 * Fills the tables: users who signed up over two years, nine of ten of them active, with 20 events, 5 applications and 30 other
 * facts each. Everything is decided by the row numbers, so that each run has the same facts.
 */
export async function createFacts(db, users) {
  const skills = 2000;
  const jobs = Math.max(500, users / 20);
  const courses = 500;
  const statements = [
    sql`
      INSERT INTO users (email, username, name, password_hash, headline, location, level, created_at, last_seen_at)
      SELECT 'user' || n || '@example.com', 'user' || n, 'User ' || n, 'none', CASE WHEN n % 3 > 0 THEN 'At work' END,
        CASE WHEN n % 4 > 0 THEN 'Here' END, CASE WHEN n % 5 > 0 THEN 'mid' END,
        now() - ${chance(sql`n`, 1)} * interval '720 days', now() - CASE WHEN n % 10 = 0 THEN interval '90 days' ELSE interval '3 days' END
      FROM generate_series(1, ${users}::int) AS n`,
    sql`
      INSERT INTO skills (name, slug, category)
      SELECT 'Skill ' || n, 'skill-' || n, 'bench' FROM generate_series(1, ${skills}::int) AS n`,
    sql`
      INSERT INTO courses (title, provider, description, level, duration_hours)
      SELECT 'Course ' || n, 'Bench', '-', 'entry', 10 FROM generate_series(1, ${courses}::int) AS n`,
    sql`
      INSERT INTO jobs (title, company, description, location, level, type, remote, status)
      SELECT 'Job ' || n, 'Bench', '-', 'Place ' || n % 100, 'entry',
        (ARRAY['full_time', 'part_time', 'contract', 'internship', 'temporary'])[n % 5 + 1], n % 3 = 0,
        CASE WHEN n % 4 = 0 THEN 'closed' ELSE 'open' END
      FROM generate_series(1, ${jobs}::int) AS n`,
    sql`
      INSERT INTO job_skills (job_id, skill_id)
      SELECT DISTINCT jobs.id, (jobs.id * 31 + n * n * 17) % ${skills}::int + 1 FROM jobs, generate_series(1, 5) AS n`,
    sql`
      INSERT INTO achievements (key, name, description, points, rarity, metric, threshold)
      SELECT 'award-' || n, '-', '-', 10, 'common', 'posts', 1 FROM generate_series(1, 10) AS n`,
    sql`INSERT INTO mentors (user_id, bio) SELECT id, '-' FROM users WHERE id % 20 = 0`,
    sql`
      INSERT INTO user_skills (user_id, skill_id, proficiency, source)
      SELECT users.id, ((users.id % 97) * 20 + n * 3) % ${skills}::int + 1, n % 5 + 1, CASE WHEN n % 2 = 0 THEN 'manual' ELSE 'resume' END
      FROM users, generate_series(1, (users.id % 13)::int) AS n`,
    sql`
      INSERT INTO endorsements (user_id, skill_id, endorser_id)
      SELECT (users.id + n * 7) % ${users}::int + 1, n * 11, users.id FROM users, generate_series(1, 2) AS n`,
    sql`
      INSERT INTO enrollments (user_id, course_id, progress, completed_at, rating)
      SELECT users.id, (users.id * 13 + n * 7) % ${courses}::int + 1, CASE WHEN done THEN 100 ELSE 30 END, CASE WHEN done THEN now() END,
        CASE WHEN done THEN users.id % 5 + 1 END
      FROM users, generate_series(1, 2) AS n, LATERAL (SELECT (users.id + n) % 3 = 0 AS done) AS state`,
    sql`
      INSERT INTO mentor_sessions (mentor_id, mentee_id, topic, status, proposed_at, completed_at, rating)
      SELECT mentors.user_id, (mentors.user_id + n) % ${users}::int + 1, '-', CASE WHEN n > 1 THEN 'completed' ELSE 'requested' END, now(),
        CASE WHEN n > 1 THEN now() - n * interval '9 days' END, CASE WHEN n > 1 THEN mentors.user_id % 5 + 1 END
      FROM mentors, generate_series(1, 6) AS n`,
    sql`
      INSERT INTO resumes (user_id, file_name, content_type, size_bytes, storage_key, sha256)
      SELECT id, 'resume.pdf', 'application/pdf', 1, 'bench/' || id, repeat('a', 64) FROM users WHERE id % 2 = 1`,
    sql`
      INSERT INTO points_ledger (user_id, points, source) SELECT users.id, 10, 'gift ' || n FROM users, generate_series(1, 3) AS n`,
    sql`
      INSERT INTO user_achievements (user_id, achievement_key) SELECT users.id, 'award-' || n FROM users, generate_series(1, 2) AS n`,
    sql`INSERT INTO posts (author_id, body) SELECT users.id, 'A post' FROM users, generate_series(1, (users.id % 5)::int)`,
    sql`INSERT INTO comments (post_id, author_id, body) SELECT id, (id * 3) % ${users}::int + 1, 'A comment' FROM posts WHERE id % 2 = 0`,
    sql`
      INSERT INTO likes (user_id, post_id)
      SELECT (n * 7919) % ${users}::int + 1, floor(${chance(sql`n`, 2)} ^ 2 * (SELECT max(id) FROM posts))::bigint + 1
      FROM generate_series(1, ${users}::bigint * 5) AS n
      ON CONFLICT DO NOTHING`,
    sql`
      INSERT INTO connections (requester_id, addressee_id, status, answered_at)
      SELECT id, id % ${users}::int + 1, 'accepted', now() FROM users WHERE id < ${users}::int`,
    ...batches(
      users,
      applicationsPerUser,
      (from, to) => sql`
        INSERT INTO job_applications (user_id, job_id, status, created_at, answered_at)
        SELECT users.id, (users.id * 7 + n * 41) % ${jobs}::int + 1,
          (ARRAY['submitted', 'reviewing', 'interview', 'offered', 'rejected', 'withdrawn'])[(users.id + n) % 6 + 1], applied,
          CASE WHEN (users.id + n) % 6 IN (2, 3, 4) THEN applied + ${chance(sql`users.id + n`, 3)} * interval '20 days' END
        FROM users, generate_series(1, ${applicationsPerUser}::int) AS n,
          LATERAL (SELECT now() - ${chance(sql`users.id * 5 + n`, 4)} * interval '400 days' AS applied) AS time
        WHERE users.id BETWEEN ${from}::int AND ${to}::int`,
    ),
    // The more lately, the more events; by day more than at night.
    ...batches(
      users,
      eventsPerUser,
      (from, to) => sql`
        INSERT INTO activity_events (user_id, kind, occurred_at)
        SELECT users.id, (ARRAY['login', 'post', 'like', 'application', 'skill_set'])[n % 5 + 1],
          date_trunc('day', now() - ${chance(sql`users.id * 20 + n`, 5)} ^ 1.5 * interval '720 days')
            + (sqrt(${chance(sql`users.id * 20 + n`, 6)}) * 20) * interval '1 hour'
        FROM users, generate_series(1, ${eventsPerUser}::int) AS n
        WHERE users.id BETWEEN ${from}::int AND ${to}::int`,
    ),
  ];
  for (const statement of statements) await statement.execute(db);
  await sql`DELETE FROM activity_events WHERE occurred_at > now()`.execute(db);
  await sql`VACUUM ANALYZE`.execute(db);
  const { rows } = await sql`
    SELECT
      (SELECT count(*) FROM activity_events) AS events, (SELECT count(*) FROM job_applications) AS applications,
      (SELECT count(*) FROM skills) AS skills, (SELECT count(*) FROM courses) AS courses
  `.execute(db);
  return rows[0];
}

/** Statements for some of the users each. */
function batches(users, rowsPerUser, statementFor) {
  const size = Math.floor(batchRows / rowsPerUser);
  return Array.from({ length: Math.ceil(users / size) }, (_, at) =>
    statementFor(at * size + 1, Math.min(users, (at + 1) * size)),
  );
}
