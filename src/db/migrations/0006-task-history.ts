import { type Migration, sql } from 'kysely';

/** The task history as its recorder and the monitor need it. Nothing has written to the table before, so that it is made anew. */
export const taskHistory: Migration = {
  async up(db) {
    // Ids in the C collation, so that the primary key also finds prefixes.
    // The words of the arguments, the result and the error are taken out of their JSON text: without its escapes and punctuation.
    await sql`
      DROP TABLE task_history;
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
        words tsvector NOT NULL GENERATED ALWAYS AS (
          strip(to_tsvector('simple', regexp_replace(
            args::text || ' ' || coalesce(result::text, '') || ' ' || coalesce((error - 'stack')::text, ''),
            '(\\\\u[0-9a-f]{4}|\\\\.|[][!-/:-@^-\`{-~])+', ' ', 'g'
          )))
        ) STORED,
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
