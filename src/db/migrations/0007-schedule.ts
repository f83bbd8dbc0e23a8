import { type Migration, sql } from 'kysely';

/** What the scheduler keeps of each entry of the schedule. Nothing has written to the table's first form. */
export const schedule: Migration = {
  async up(db) {
    await sql`
      DROP TABLE schedule_state;
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
  },
};
