import { type Migration, sql } from 'kysely';

/** Which user may ask for the state of a task: the one whose request enqueued it. */
export const taskOwners: Migration = {
  async up(db) {
    await sql`
      CREATE TABLE task_owners (
        task_id text PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE
      );
      CREATE INDEX task_owners_user_idx ON task_owners (user_id);
    `.execute(db);
  },
};
