import { type Migration, sql } from 'kysely';

/**
 * Figures of each user, and activity counted by day, so that the events of days that are over are not read again.
 * An event that comes late, as those of an import do, opens its day and all after it again.
 */
export const analytics: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE user_analytics (
        user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        value jsonb NOT NULL,
        computed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      ) WITH (fillfactor = 80);

      CREATE TABLE activity_hours (
        day date NOT NULL,
        hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
        kind text NOT NULL,
        events bigint NOT NULL CHECK (events > 0),
        PRIMARY KEY (day, hour, kind)
      );

      CREATE TABLE activity_days (
        day date PRIMARY KEY,
        users bigint NOT NULL CHECK (users > 0)
      );

      CREATE TABLE activity_rollup (
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        timezone text NOT NULL,
        closed_until date NOT NULL
      );
      INSERT INTO activity_rollup (timezone, closed_until) VALUES ('UTC', '-infinity');
    `.execute(db);

    // The row's lock has a roll-up that runs meanwhile wait for the events' commit. What happens now is never late.
    await sql`
      CREATE FUNCTION reopen_activity_days() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        earliest timestamptz := (SELECT min(occurred_at) FROM added);
      BEGIN
        IF earliest < now() - interval '30 minutes' THEN
          UPDATE activity_rollup SET closed_until = least(closed_until, (earliest AT TIME ZONE timezone)::date);
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE TRIGGER reopen_activity_days AFTER INSERT ON activity_events REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION reopen_activity_days();
    `.execute(db);
  },
};
