import { type Migration, sql } from 'kysely';

/** What the monitor shows beside the history: figures by the minute, what workers say of themselves, what was done by whom. */
export const monitor: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE queue_samples (
        minute timestamptz NOT NULL,
        queue text NOT NULL,
        waiting integer NOT NULL,
        active integer NOT NULL,
        delayed integer NOT NULL,
        failed integer NOT NULL,
        oldest_ms bigint,
        PRIMARY KEY (minute, queue)
      );

      CREATE TABLE task_samples (
        minutes smallint NOT NULL,
        minute timestamptz NOT NULL,
        name text NOT NULL,
        succeeded integer NOT NULL,
        failed integer NOT NULL,
        retried integer NOT NULL,
        revoked integer NOT NULL,
        runtimes integer[] NOT NULL,
        waits integer[] NOT NULL,
        PRIMARY KEY (minutes, minute, name)
      );

      CREATE TABLE sampled_minutes (
        minute timestamptz PRIMARY KEY
      );

      CREATE TABLE monitor_audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        user_name text NOT NULL,
        address text NOT NULL,
        action text NOT NULL,
        target text NOT NULL,
        details jsonb NOT NULL,
        outcome text NOT NULL
      );
      CREATE INDEX monitor_audit_at_idx ON monitor_audit (at);

      CREATE TABLE monitor_logouts (
        session text PRIMARY KEY,
        expires_at timestamptz NOT NULL
      );

      ALTER TABLE workers ADD COLUMN stats jsonb;
      ALTER TABLE task_history ADD COLUMN log jsonb;
    `.execute(db);

    // Those of graphs and of retries hold few rows.
    await sql`
      CREATE INDEX task_history_runtime_idx ON task_history (runtime_ms, enqueued_at);
      CREATE INDEX task_history_retried_idx ON task_history (enqueued_at) WHERE retries > 0;
      CREATE INDEX task_history_root_idx ON task_history (root_id) WHERE root_id IS NOT NULL;
      CREATE INDEX task_history_parent_idx ON task_history (parent_id) WHERE parent_id IS NOT NULL;
      CREATE INDEX task_history_group_idx ON task_history (group_id) WHERE group_id IS NOT NULL;
      CREATE INDEX mail_log_status_idx ON mail_log (status, id);
    `.execute(db);
  },
};
