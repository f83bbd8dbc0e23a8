/** A platform's worth of users, jobs, courses and mentors, made by the database itself. */
import { sql } from 'kysely';

export const sizes = { jobs: 10_000, courses: 1000, mentors: 2000, skills: 1000 };

/** Twenty skills are a field's own; everybody has a field, and every job, course and mentor. */
const fields = sizes.skills / 20;

/** A number from 0 up to `below` that looks like chance and is the same each time. */
const chance = (number, salt, below) =>
  sql`mod(abs(hashint8extended(${number}, ${sql.lit(salt)}) % 1000000007), ${sql.lit(below)})`;

/** `count` skills of the row `n` of the table: most of its field, the usual ones more often, and `general` ones of any. */
const skillsOf = (salt, count, general) => sql`
  SELECT DISTINCT CASE WHEN place <= ${sql.lit(general)}
    THEN (power(${chance(sql`n * 64 + place`, salt, 10_000)} / 10000.0, 3) * ${sql.lit(sizes.skills)})::int
    ELSE (n % ${sql.lit(fields)} * 20 + power(${chance(sql`n * 64 + place`, salt, 10_000)} / 10000.0, 1.5) * 20)::int
  END % ${sql.lit(sizes.skills)} + 1 AS skill_id
  FROM generate_series(1, ${sql.lit(count)}) AS place`;

const level = sql`(ARRAY['entry', 'junior', 'mid', 'senior', 'lead'])[n % 5 + 1]`;
const city = sql`'City ' || n % 23`;

/** Fills the tables; everything is decided by the row numbers, so that each run has the same data. */
export async function createPlatform(db, users) {
  const numbers = (count) => sql`generate_series(1, ${sql.lit(count)}::bigint) AS n`;
  const statements = [
    sql`INSERT INTO skills (name, slug, category) SELECT 'Skill number ' || n, 'bench-' || n, 'Bench' FROM ${numbers(sizes.skills)}`,
    sql`INSERT INTO users (email, username, name, password_hash, headline, location, level, last_seen_at)
        SELECT 'user' || n || '@example.com', 'user' || n, 'Person Number ' || n, 'none', 'Works in field ' || n % ${sql.lit(fields)},
          ${city}, ${level}, now()
        FROM ${numbers(users)}`,
    sql`INSERT INTO user_skills (user_id, skill_id, proficiency, source)
        SELECT n, skill_id, 1 + (n + skill_id) % 5, 'manual' FROM ${numbers(users)}, LATERAL (${skillsOf(1, 11, 3)}) AS held`,
    sql`INSERT INTO jobs (title, company, description, location, remote, level, type, posted_at)
        SELECT 'Specialist in field ' || n % ${sql.lit(fields)} || ', number ' || n, 'Company ' || n % 811, '-', ${city}, n % 4 = 0,
          ${level}, 'full_time', now() - n % 90 * interval '1 day'
        FROM ${numbers(sizes.jobs)}`,
    sql`INSERT INTO job_skills (job_id, skill_id, weight, required)
        SELECT n, skill_id, 1 + (n + skill_id) % 3, (n + skill_id) % 4 <> 0
        FROM ${numbers(sizes.jobs)}, LATERAL (${skillsOf(2, 9, 2)}) AS asked`,
    sql`INSERT INTO courses (title, provider, description, level, duration_hours)
        SELECT 'Course number ' || n, 'School ' || n % 37, '-', ${level}, 20 FROM ${numbers(sizes.courses)}`,
    sql`INSERT INTO course_skills (course_id, skill_id)
        SELECT n, skill_id FROM ${numbers(sizes.courses)}, LATERAL (${skillsOf(3, 4, 0)}) AS taught`,
    sql`INSERT INTO mentors (user_id, bio, rating, capacity)
        SELECT n, '-', 3 + n % 21 / 10.0, 3 FROM ${numbers(Math.min(sizes.mentors, users))}`,
    sql`INSERT INTO mentor_skills (mentor_id, skill_id)
        SELECT n, skill_id FROM ${numbers(Math.min(sizes.mentors, users))}, LATERAL (${skillsOf(4, 6, 1)}) AS known`,
    sql`INSERT INTO job_applications (user_id, job_id)
        SELECT n, ${chance(sql`n`, 5, sizes.jobs / fields)} * ${sql.lit(fields)} + n % ${sql.lit(fields)} + 1
        FROM ${numbers(users)} WHERE n % 2 = 0 AND n % ${sql.lit(fields)} + 1 < ${sql.lit(fields)}`,
    sql`INSERT INTO enrollments (user_id, course_id, rating)
        SELECT n, ${chance(sql`n`, 6, sizes.courses)} + 1, 1 + n % 5 FROM ${numbers(users)} WHERE n % 3 = 0`,
    sql`INSERT INTO connections (requester_id, addressee_id, status, answered_at)
        SELECT n, (n + 50 * step - 1) % ${sql.lit(users)} + 1, 'accepted', now() FROM ${numbers(users)}, generate_series(1, 3) AS step`,
    sql`VACUUM ANALYZE`,
  ];
  for (const statement of statements) await statement.execute(db);
}
