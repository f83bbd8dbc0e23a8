/** The users of the benchmark, each with something of every kind that a digest tells of. */
import { sql } from 'kysely';

/** Makes users who were seen today, and what happened to them in the last hours. */
export async function createReaders(db, users) {
  const statements = [
    sql`INSERT INTO users (email, username, name, password_hash, last_seen_at, timezone)
        SELECT 'reader' || n || '@example.com', 'reader' || n, 'Reader Number ' || n, 'x', now(),
          (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])[n % 4 + 1]
        FROM generate_series(1, ${sql.lit(users)}) AS n`,
    sql`INSERT INTO recommendations (user_id, kind, items, computed_at, expires_at)
        SELECT id, kind, (
          SELECT jsonb_agg(jsonb_build_object('title', 'Backend Engineer ' || n || ' at Northwind', 'score', 0.9,
            'reason', 'You have ' || n || ' of the 6 skills it asks for'))
          FROM generate_series(1, 5) AS n
        ), now() - interval '3 hours', now() + interval '1 day'
        FROM users, unnest(ARRAY['jobs', 'courses']) AS kind`,
    sql`INSERT INTO points_ledger (user_id, points, source, created_at)
        SELECT id, 15, 'bench:' || n, now() - n * interval '5 hours' FROM users, generate_series(1, 6) AS n`,
    sql`INSERT INTO user_achievements (user_id, achievement_key, unlocked_at) SELECT id, 'first_post', now() - interval '2 hours' FROM users`,
    sql`INSERT INTO posts (author_id, body, created_at)
        SELECT id, 'What I learned this week about planning, reviews and saying no, in ' || n || ' points', now() - n * interval '7 hours'
        FROM users, generate_series(1, 4) AS n`,
    sql`INSERT INTO comments (post_id, author_id, body, created_at)
        SELECT id, author_id % ${sql.lit(users)} + 1, 'Thank you', now() - interval '1 hour' FROM posts`,
    sql`INSERT INTO likes (post_id, user_id, created_at)
        SELECT posts.id, (author_id + n) % ${sql.lit(users)} + 1, now() - interval '1 hour' FROM posts, generate_series(1, 3) AS n`,
    sql`INSERT INTO connections (requester_id, addressee_id, status, created_at, answered_at)
        SELECT id, (id + n) % ${sql.lit(users)} + 1, 'accepted', now() - interval '9 days', now() - interval '8 days'
        FROM users, generate_series(1, 5) AS n
        ON CONFLICT DO NOTHING`,
    sql`ANALYZE`,
  ];
  for (const statement of statements) await statement.execute(db);
}
