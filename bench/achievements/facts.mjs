/** A platform's worth of users and of what they did, made by the database itself. */
import { sql } from 'kysely';

/**
 * Fills the tables: active users and 20 facts a user, spread unevenly, as people are: a few do much, many a little.
 * Everything is decided by the row numbers, so that each run has the same facts.
 */
export async function createFacts(db, users) {
  const statements = [
    sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT 'user' || n || '@example.com', 'user' || n, 'User ' || n, 'none', now() FROM generate_series(1, ${users}::int) AS n`,
    sql`INSERT INTO skills (name, slug, category) SELECT 'Skill ' || n, 'skill-' || n, 'bench' FROM generate_series(1, 50) AS n`,
    sql`
      INSERT INTO courses (title, provider, description, level, duration_hours)
      SELECT 'Course ' || n, 'Bench', '-', 'entry', 10 FROM generate_series(1, 100) AS n`,
    sql`
      INSERT INTO jobs (title, company, description, location, level, type)
      SELECT 'Job ' || n, 'Bench', '-', 'Here', 'entry', 'full_time' FROM generate_series(1, 200) AS n`,
    sql`INSERT INTO mentors (user_id, bio) SELECT id, '-' FROM users WHERE id % 20 = 0`,
    // Each of the following gives a number of facts that depends on the user's number; the averages add up to 20.
    sql`INSERT INTO posts (author_id, body) SELECT users.id, 'A post' FROM users, generate_series(1, (users.id % 9)::int)`,
    sql`INSERT INTO user_skills (user_id, skill_id, proficiency, source)
      SELECT users.id, n, 3, 'manual' FROM users, generate_series(1, (users.id % 11)::int) AS n WHERE users.id % 5 <> 0`,
    sql`
      INSERT INTO enrollments (user_id, course_id, progress, completed_at)
      SELECT users.id, n, CASE WHEN n = 1 THEN 100 ELSE 30 END, CASE WHEN n = 1 THEN now() END
      FROM users, generate_series(1, (users.id % 3)::int) AS n`,
    sql`
      INSERT INTO job_applications (user_id, job_id)
      SELECT users.id, n FROM users, generate_series(1, (users.id % 13)::int) AS n WHERE users.id % 2 = 0`,
    sql`
      INSERT INTO endorsements (user_id, skill_id, endorser_id)
      SELECT (users.id + n) % ${users}::int + 1, n, users.id FROM users, generate_series(1, (users.id % 7)::int) AS n WHERE users.id % 3 = 0`,
    sql`
      INSERT INTO resumes (user_id, file_name, content_type, size_bytes, storage_key, sha256)
      SELECT id, 'resume.pdf', 'application/pdf', 1, 'bench/' || id, repeat('a', 64) FROM users WHERE id % 2 = 1`,
    sql`
      INSERT INTO mentor_sessions (mentor_id, mentee_id, topic, status, proposed_at, completed_at)
      SELECT mentors.user_id, (mentors.user_id + n) % ${users}::int + 1, '-', 'completed', now(), now()
      FROM mentors, generate_series(1, (mentors.user_id % 8)::int) AS n`,
    // Likes fill up what is left: the posts of some are liked much more often than those of others.
    sql`
      INSERT INTO likes (user_id, post_id)
      SELECT DISTINCT (n * 7919) % ${users}::int + 1, (((n * 104729) % 1000003) ^ 2 / 1000003.0 / 1000003 * (SELECT max(id) FROM posts))::bigint + 1
      FROM generate_series(1, ${users}::bigint * 20 - (${factCount})) AS n
      ON CONFLICT DO NOTHING`,
  ];
  for (const statement of statements) await statement.execute(db);
  await sql`ANALYZE`.execute(db);
  const { rows } = await sql`SELECT ${factCount} AS facts`.execute(db);
  return rows[0].facts;
}

const factCount = sql`
  (SELECT count(*) FROM posts) + (SELECT count(*) FROM user_skills) + (SELECT count(*) FROM enrollments)
  + (SELECT count(*) FROM job_applications) + (SELECT count(*) FROM endorsements) + (SELECT count(*) FROM resumes)
  + (SELECT count(*) FROM mentor_sessions) + (SELECT count(*) FROM likes)`;
