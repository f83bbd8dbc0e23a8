import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '#src/db/migrate.js';
import { type DemoOptions, seedDemo } from '#src/db/seed-demo/index.js';
import { taxonomy } from '#src/skills/index.js';
import { createTestDatabase } from '../support/database.js';

let test: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const options: DemoOptions = { now: new Date('2026-11-22T10:00:00Z'), passwordHash: 'a hash', log: silent };

/** Everything the demo wrote, in one line per table. */
async function fingerprint({ db } = test) {
  const { rows } = await sql<{ line: string }>`
    SELECT 'users ' || md5(string_agg(users::text, ' ' ORDER BY id)) AS line FROM users
    UNION ALL SELECT 'likes ' || md5(string_agg(likes::text, ' ' ORDER BY id)) FROM likes
    UNION ALL SELECT 'activity ' || md5(string_agg(activity_events::text, ' ' ORDER BY id)) FROM activity_events
    UNION ALL SELECT 'notifications ' || md5(string_agg(notifications::text, ' ' ORDER BY id)) FROM notifications
  `.execute(db);
  return rows.map(({ line }) => line);
}

describe('seedDemo', () => {
  it('needs the skills, and leaves nothing behind without them', async () => {
    await expect(seedDemo(test.db, options)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(await test.db.selectFrom('users').select('id').execute()).toEqual([]);
  });

  it('is done once when two start at the same time', async () => {
    await migrate(test.url, { skills: taxonomy, achievements: [] });
    const results = await Promise.all([seedDemo(test.db, options), seedDemo(test.db, options)]);
    expect(results.map(({ seeded }) => seeded).sort()).toEqual([false, true]);
    expect(results[0].counts).toEqual(results[1].counts);
    expect(results[0].counts).toMatchObject({ users: 200, jobs: 100, courses: 60, mentors: 20 });
    expect(Math.min(...Object.values(results[0].counts))).toBeGreaterThan(0);
  });

  it('changes nothing when it runs again, even later', async () => {
    const before = await fingerprint();
    const again = await seedDemo(test.db, { ...options, now: new Date('2026-12-24T10:00:00Z'), passwordHash: 'another' });
    expect(again.seeded).toBe(false);
    expect(await fingerprint()).toEqual(before);
  });

  it('gives the same data in every database', async () => {
    const other = await createTestDatabase();
    try {
      await migrate(other.url, { skills: taxonomy, achievements: [] });
      await seedDemo(other.db, options);
      expect(await fingerprint(other)).toEqual(await fingerprint());
    } finally {
      await other.drop();
    }
  });

  it('lets its staff user be found and log in with the password that was given', async () => {
    const { staffEmail } = await seedDemo(test.db, options);
    const staff = await test.db.selectFrom('users').selectAll().where('email', '=', staffEmail).executeTakeFirstOrThrow();
    expect(staff).toMatchObject({ is_staff: true, is_active: true, password_hash: 'a hash' });
  });
});

describe('in the demo data', () => {
  /** Counts the rows that break a rule. */
  const count = async (query: ReturnType<typeof sql<{ broken: number }>>) => (await query.execute(test.db)).rows[0]?.broken;

  it('nobody does anything before signing up, or after being seen last', async () => {
    const broken = sql<{ broken: number }>`
      WITH deed (user_id, at) AS (
        SELECT user_id, occurred_at FROM activity_events
        UNION ALL SELECT author_id, created_at FROM posts
        UNION ALL SELECT author_id, created_at FROM comments
        UNION ALL SELECT user_id, created_at FROM likes
        UNION ALL SELECT user_id, created_at FROM enrollments
        UNION ALL SELECT user_id, completed_at FROM enrollments WHERE completed_at IS NOT NULL
        UNION ALL SELECT user_id, created_at FROM job_applications
        UNION ALL SELECT requester_id, created_at FROM connections
        UNION ALL SELECT addressee_id, answered_at FROM connections WHERE answered_at IS NOT NULL
        UNION ALL SELECT endorser_id, created_at FROM endorsements
        UNION ALL SELECT mentee_id, created_at FROM mentor_sessions
        UNION ALL SELECT mentee_id, completed_at FROM mentor_sessions WHERE completed_at IS NOT NULL
        UNION ALL SELECT mentor_id, completed_at FROM mentor_sessions WHERE completed_at IS NOT NULL
        UNION ALL SELECT user_id, read_at FROM notifications WHERE read_at IS NOT NULL
      )
      SELECT count(*) AS broken FROM deed JOIN users ON users.id = user_id WHERE at < users.created_at OR at > last_seen_at`;
    expect(await count(broken)).toBe(0);
  });

  it('everything happened in the twelve months before now', async () => {
    const { rows } = await sql<{ first: Date; last: Date }>`
      SELECT least((SELECT min(created_at) FROM users), min(occurred_at)) AS first, max(occurred_at) AS last
      FROM activity_events`.execute(test.db);
    expect(rows[0]!.first.getTime()).toBeGreaterThan(new Date('2025-11-22').getTime());
    expect(rows[0]!.last.getTime()).toBeLessThanOrEqual(options.now.getTime());
  });

  it('applications came while the job was open, comments and likes after what they are about', async () => {
    const broken = sql<{ broken: number }>`
      SELECT (SELECT count(*) FROM job_applications a JOIN jobs ON jobs.id = job_id
              WHERE a.created_at NOT BETWEEN posted_at AND expires_at)
           + (SELECT count(*) FROM comments JOIN posts ON posts.id = post_id
              WHERE comments.created_at < posts.created_at OR comments.author_id = posts.author_id)
           + (SELECT count(*) FROM likes JOIN posts ON posts.id = post_id
              WHERE likes.created_at < posts.created_at OR user_id = author_id)
           + (SELECT count(*) FROM likes JOIN comments ON comments.id = comment_id
              WHERE likes.created_at < comments.created_at OR user_id = author_id) AS broken`;
    expect(await count(broken)).toBe(0);
  });

  it('people vouch only for skills that are held, and mentors teach only what they know', async () => {
    const broken = sql<{ broken: number }>`
      SELECT count(*) AS broken
      FROM (SELECT user_id, skill_id FROM endorsements UNION ALL SELECT mentor_id, skill_id FROM mentor_skills) AS claim
      LEFT JOIN user_skills USING (user_id, skill_id)
      WHERE proficiency IS NULL`;
    expect(await count(broken)).toBe(0);
  });

  it('a mentor is rated by the mean of the sessions, which are not older than the mentor', async () => {
    const broken = sql<{ broken: number }>`
      SELECT count(*) AS broken FROM (
        SELECT mentors.rating, avg(s.rating) AS mean, min(s.created_at) AS first, mentors.created_at
        FROM mentors JOIN mentor_sessions s ON mentor_id = user_id GROUP BY user_id
      ) AS mentor
      WHERE abs(rating - mean) > 0.01 OR (rating IS NULL) <> (mean IS NULL) OR first < created_at`;
    expect(await count(broken)).toBe(0);
  });
});
