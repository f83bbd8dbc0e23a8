import { type Migration, sql } from 'kysely';

/** The tables that every user's recommendations are made of. Applications and enrolments, which change all the time, are not among them. */
const sources = ['skills', 'jobs', 'job_skills', 'courses', 'course_skills', 'mentors', 'mentor_skills', 'user_skills'];

/**
 * What users think of what is recommended to them, and a count of the changes to what recommendations are made of. The lists
 * there are have another shape: they are forgotten, and made anew. A list that is computed every day is not new every day: it is noted when.
 */
export const recommendations: Migration = {
  async up(db) {
    await sql`
      DELETE FROM recommendations;
      ALTER TABLE recommendations ADD COLUMN renewed_at timestamptz NOT NULL DEFAULT now();

      CREATE TABLE recommendation_dismissals (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('jobs', 'courses', 'mentors', 'skills', 'connections')),
        item_id bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, kind, item_id)
      );

      CREATE TABLE recommendation_clicks (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('jobs', 'courses', 'mentors', 'skills', 'connections')),
        item_id bigint NOT NULL,
        clicks integer NOT NULL DEFAULT 1 CHECK (clicks > 0),
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, kind, item_id)
      );
      CREATE INDEX recommendation_clicks_last_at_idx ON recommendation_clicks (last_at);
    `.execute(db);

    // One row for all would have every writer wait for the one before. A connection counts in a row of its own, by its process id.
    await sql`
      CREATE TABLE recommendation_changes (
        stripe integer PRIMARY KEY,
        changes bigint NOT NULL
      ) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

      CREATE FUNCTION count_recommendation_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO recommendation_changes (stripe, changes) VALUES (pg_backend_pid() % 1024, 1)
        ON CONFLICT (stripe) DO UPDATE SET changes = recommendation_changes.changes + 1;
        RETURN NULL;
      END
      $$;
    `.execute(db);
    for (const table of sources) {
      await sql`
        CREATE TRIGGER count_recommendation_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${sql.table(table)}
        FOR EACH STATEMENT EXECUTE FUNCTION count_recommendation_change()
      `.execute(db);
    }
    // Every request touches its user, to note when the user was seen.
    await sql`
      CREATE TRIGGER count_recommendation_change AFTER UPDATE OF name, headline, location, level, is_active ON users
      FOR EACH STATEMENT EXECUTE FUNCTION count_recommendation_change()
    `.execute(db);
  },
};
