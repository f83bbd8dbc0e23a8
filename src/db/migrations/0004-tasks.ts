import { type Migration, sql } from 'kysely';

/** What tasks compute and send, and what the task system keeps of itself. */
export const tasks: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE recommendations (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL CHECK (kind IN ('jobs', 'courses', 'mentors', 'skills', 'connections')),
        items jsonb NOT NULL,
        computed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (user_id, kind)
      );

      CREATE TABLE cached_analytics (
        key text PRIMARY KEY,
        value jsonb NOT NULL,
        computed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );

      CREATE TABLE daily_reports (
        date date PRIMARY KEY,
        report jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `.execute(db);

    await sql`
      CREATE TABLE mail_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        unique_key text NOT NULL UNIQUE,
        user_id bigint REFERENCES users ON DELETE SET NULL,
        to_address text NOT NULL,
        template text NOT NULL,
        subject text,
        message_id text,
        status text NOT NULL CHECK (status IN ('sending', 'sent', 'failed', 'suppressed', 'skipped')),
        error text,
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        CHECK ((status = 'sent') = (sent_at IS NOT NULL))
      );
      CREATE INDEX mail_log_user_idx ON mail_log (user_id, template);
      CREATE INDEX mail_log_created_at_idx ON mail_log (created_at);

      CREATE TABLE email_preferences (
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL,
        enabled boolean NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, kind)
      );

      CREATE TABLE email_suppressions (
        address text PRIMARY KEY CHECK (address = lower(address)),
        reason text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `.execute(db);

    // Rows of the outbox live for milliseconds, so that the default share of dead rows before a vacuum comes far too late.
    await sql`
      CREATE TABLE task_outbox (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        message jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

      CREATE TABLE workers (
        name text PRIMARY KEY,
        hostname text NOT NULL,
        pid integer NOT NULL,
        queues text[] NOT NULL,
        concurrency integer NOT NULL,
        started_at timestamptz NOT NULL,
        heartbeat_at timestamptz NOT NULL
      );

      CREATE TABLE schedule_state (
        name text PRIMARY KEY,
        definition text NOT NULL,
        next_run_at timestamptz NOT NULL,
        last_run_at timestamptz,
        last_task_id text,
        total_run_count bigint NOT NULL,
        paused boolean NOT NULL
      );
    `.execute(db);

    // Ids in the C collation, so that the primary key also finds prefixes.
    await sql`
      CREATE TABLE task_history (
        id text COLLATE "C" PRIMARY KEY,
        name text NOT NULL,
        queue text NOT NULL,
        state text NOT NULL CHECK (state IN ('PENDING', 'STARTED', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED')),
        args jsonb NOT NULL,
        result jsonb,
        error jsonb,
        worker text,
        retries integer NOT NULL DEFAULT 0,
        enqueued_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        runtime_ms bigint CHECK (runtime_ms >= 0),
        parent_id text COLLATE "C",
        root_id text COLLATE "C",
        group_id text COLLATE "C",
        updated_at timestamptz NOT NULL,
        words tsvector NOT NULL DEFAULT '',
        CHECK ((finished_at IS NOT NULL) = (state IN ('SUCCESS', 'FAILURE', 'REVOKED')))
      ) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
    `.execute(db);

    // Each filter has an index in the order of the pages. Ties in time are rare, so that the id is left to the sort.
    await sql`
      CREATE INDEX task_history_enqueued_at_idx ON task_history (enqueued_at);
      CREATE INDEX task_history_name_idx ON task_history (name, enqueued_at);
      CREATE INDEX task_history_queue_idx ON task_history (queue, enqueued_at);
      CREATE INDEX task_history_state_idx ON task_history (state, enqueued_at);
      CREATE INDEX task_history_worker_idx ON task_history (worker, enqueued_at);
      CREATE INDEX task_history_updated_at_idx ON task_history (updated_at);
      CREATE INDEX task_history_words_idx ON task_history USING gin (words);
    `.execute(db);
  },
};
