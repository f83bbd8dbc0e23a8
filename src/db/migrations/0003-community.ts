import { type Migration, sql } from 'kysely';

/** Posts, connections, achievements, notifications and activity. */
export const community: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE posts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        author_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX posts_author_idx ON posts (author_id);
      CREATE INDEX posts_created_at_idx ON posts (created_at);

      CREATE TABLE comments (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        post_id bigint NOT NULL REFERENCES posts ON DELETE CASCADE,
        author_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX comments_post_idx ON comments (post_id);
      CREATE INDEX comments_author_idx ON comments (author_id);
      CREATE INDEX comments_created_at_idx ON comments (created_at);

      CREATE TABLE likes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        post_id bigint REFERENCES posts ON DELETE CASCADE,
        comment_id bigint REFERENCES comments ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, post_id),
        UNIQUE (user_id, comment_id),
        CHECK (num_nonnulls(post_id, comment_id) = 1)
      );
      CREATE INDEX likes_post_idx ON likes (post_id) WHERE post_id IS NOT NULL;
      CREATE INDEX likes_comment_idx ON likes (comment_id) WHERE comment_id IS NOT NULL;
      CREATE INDEX likes_created_at_idx ON likes (created_at);

      CREATE TABLE connections (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        requester_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        addressee_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'declined')),
        created_at timestamptz NOT NULL DEFAULT now(),
        answered_at timestamptz,
        CHECK (requester_id <> addressee_id),
        CHECK ((status = 'pending') = (answered_at IS NULL))
      );
      CREATE UNIQUE INDEX connections_pair_key
        ON connections (least(requester_id, addressee_id), greatest(requester_id, addressee_id));
      CREATE INDEX connections_requester_idx ON connections (requester_id);
      CREATE INDEX connections_addressee_idx ON connections (addressee_id);
    `.execute(db);

    await sql`
      CREATE TABLE achievements (
        key text PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL,
        points integer NOT NULL CHECK (points >= 0),
        rarity text NOT NULL CHECK (rarity IN ('common', 'rare', 'epic', 'legendary')),
        metric text NOT NULL,
        threshold integer NOT NULL CHECK (threshold > 0)
      );

      CREATE TABLE user_achievements (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        achievement_key text NOT NULL REFERENCES achievements,
        unlocked_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, achievement_key)
      );
      CREATE INDEX user_achievements_key_idx ON user_achievements (achievement_key);
      CREATE INDEX user_achievements_unlocked_at_idx ON user_achievements (unlocked_at);

      CREATE TABLE points_ledger (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        points integer NOT NULL,
        source text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, source) INCLUDE (points)
      );
      CREATE INDEX points_ledger_created_at_idx ON points_ledger (created_at);
    `.execute(db);

    await sql`
      CREATE TABLE notifications (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        type text NOT NULL,
        title text NOT NULL,
        message text NOT NULL,
        related_user_id bigint REFERENCES users ON DELETE SET NULL,
        unique_key text NOT NULL UNIQUE,
        read_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX notifications_user_idx ON notifications (user_id, created_at DESC);
      CREATE INDEX notifications_unread_idx ON notifications (user_id) WHERE read_at IS NULL;
      CREATE INDEX notifications_read_idx ON notifications (created_at) WHERE read_at IS NOT NULL;
      CREATE INDEX notifications_related_user_idx ON notifications (related_user_id) WHERE related_user_id IS NOT NULL;

      CREATE TABLE activity_events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL,
        subject_id bigint,
        occurred_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX activity_events_user_idx ON activity_events (user_id, occurred_at);
      CREATE INDEX activity_events_occurred_at_idx ON activity_events (occurred_at);
    `.execute(db);
  },
};
