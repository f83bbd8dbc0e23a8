import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { persons, type Since } from '../audience.js';
import type { CommunityFact, Progress, Recommended, TopPost } from './news.js';

/** What each kind of query gives: rows that say whom they are about. */
type Rows<T> = Promise<(T & { userId: number })[]>;

/** Recommendations computed since each user's time and before `at` that are still good then; the first five of each kind. */
export async function findRecommended(db: Kysely<Database>, users: Since[], at: Date): Rows<Recommended> {
  const { rows } = await sql<Recommended & { userId: number }>`
    SELECT person.id AS "userId", kind, jsonb_array_length(items) AS count, jsonb_path_query_array(items, '$[0 to 4]') AS items
    FROM ${persons(users)}
    JOIN recommendations ON recommendations.user_id = person.id
    WHERE renewed_at >= person.since AND renewed_at < ${at} AND expires_at > ${at}
      AND CASE jsonb_typeof(items) WHEN 'array' THEN jsonb_array_length(items) > 0 ELSE false END
    ORDER BY person.id, array_position(ARRAY['jobs', 'courses', 'mentors', 'skills', 'connections'], kind)
  `.execute(db);
  return rows;
}

/** The points gained and the achievements unlocked since each user's time and before `at`; users without either are left out. */
export async function findProgress(db: Kysely<Database>, users: Since[], at: Date): Rows<Progress> {
  const { rows } = await sql<Progress & { userId: number }>`
    SELECT id AS "userId", gained, unlocked FROM ${persons(users)}
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(points), 0) AS gained FROM points_ledger
      WHERE user_id = person.id AND created_at >= person.since AND created_at < ${at}
    ) AS ledger
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(name ORDER BY unlocked_at, key), '{}') AS unlocked
      FROM user_achievements JOIN achievements ON key = achievement_key
      WHERE user_id = person.id AND unlocked_at >= person.since AND unlocked_at < ${at}
    ) AS held
    WHERE gained > 0 OR unlocked <> '{}'
  `.execute(db);
  return rows;
}

/**
 * What others did towards each user since the user's time and before `at`: comments and likes on what the user wrote, requests to
 * connect that wait, mentions that are unread. `latest` is the name of whoever did so last.
 */
export async function findCommunity(db: Kysely<Database>, users: Since[], at: Date): Rows<CommunityFact> {
  const earliest = new Date(Math.min(...users.map(({ since }) => since.getTime())));
  // The bound that holds for all of them lets PostgreSQL start from the indexes on time.
  const isNew = (time: string) =>
    sql`${sql.ref(time)} >= ${earliest} AND ${sql.ref(time)} >= person.since AND ${sql.ref(time)} < ${at}`;
  const { rows } = await sql<CommunityFact & { userId: number }>`
    WITH person AS (SELECT * FROM ${persons(users)}),
    event (user_id, kind, actor_id, at) AS (
      SELECT person.id, 'comments', comments.author_id, comments.created_at
      FROM person JOIN posts ON posts.author_id = person.id JOIN comments ON comments.post_id = posts.id
      WHERE comments.author_id <> person.id AND ${isNew('comments.created_at')}
      UNION ALL
      SELECT person.id, 'likes', likes.user_id, likes.created_at
      FROM person JOIN posts ON posts.author_id = person.id JOIN likes ON likes.post_id = posts.id
      WHERE likes.user_id <> person.id AND ${isNew('likes.created_at')}
      UNION ALL
      SELECT person.id, 'likes', likes.user_id, likes.created_at
      FROM person JOIN comments ON comments.author_id = person.id JOIN likes ON likes.comment_id = comments.id
      WHERE likes.user_id <> person.id AND ${isNew('likes.created_at')}
      UNION ALL
      SELECT person.id, 'requests', connections.requester_id, connections.created_at
      FROM person JOIN connections ON connections.addressee_id = person.id AND connections.status = 'pending'
      WHERE ${isNew('connections.created_at')}
      UNION ALL
      SELECT person.id, 'mentions', notifications.related_user_id, notifications.created_at
      FROM person JOIN notifications ON notifications.user_id = person.id AND read_at IS NULL AND type = 'mention'
      WHERE ${isNew('notifications.created_at')}
    ),
    counted AS (
      SELECT user_id, kind, count(*) AS count, (array_agg(actor_id ORDER BY at DESC, actor_id))[1] AS actor_id
      FROM event GROUP BY user_id, kind
    )
    SELECT user_id AS "userId", kind, count, users.name AS latest
    FROM counted LEFT JOIN users ON users.id = actor_id
    ORDER BY user_id, array_position(ARRAY['comments', 'likes', 'requests', 'mentions'], kind)
  `.execute(db);
  return rows;
}

/** The most liked post that one of each user's connections wrote since the user's time and before `at`, the newest of equals. */
export async function findTopPosts(db: Kysely<Database>, users: Since[], at: Date): Rows<TopPost> {
  const { rows } = await sql<TopPost & { userId: number }>`
    WITH person AS (SELECT * FROM ${persons(users)}),
    friend AS (
      SELECT person.id AS user_id, since, addressee_id AS id
      FROM person JOIN connections ON requester_id = person.id AND status = 'accepted'
      UNION ALL
      SELECT person.id, since, requester_id
      FROM person JOIN connections ON addressee_id = person.id AND status = 'accepted'
    )
    SELECT DISTINCT ON (friend.user_id) friend.user_id AS "userId", posts.id AS "postId", users.name AS author,
      left(posts.body, 300) AS body, popularity.likes
    FROM friend
    JOIN posts ON posts.author_id = friend.id AND posts.created_at >= friend.since AND posts.created_at < ${at}
    JOIN users ON users.id = posts.author_id AND users.is_active
    CROSS JOIN LATERAL (SELECT count(*) AS likes FROM likes WHERE likes.post_id = posts.id) AS popularity
    ORDER BY friend.user_id, popularity.likes DESC, posts.created_at DESC, posts.id DESC
  `.execute(db);
  return rows;
}
