import { type Migration, sql } from 'kysely';

/** Runs of a task before its last one. */
export const taskAttempts: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE task_attempts (
        id text COLLATE "C" NOT NULL,
        retries integer NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('PENDING', 'RETRY', 'FAILURE', 'REVOKED')),
        worker text,
        error jsonb,
        PRIMARY KEY (id, started_at)
      );
      CREATE INDEX task_attempts_ended_at_idx ON task_attempts (ended_at);
    `.execute(db);
  },
};
