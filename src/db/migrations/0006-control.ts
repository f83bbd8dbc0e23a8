import { type Migration, sql } from 'kysely';

/** What processes tell each other; a notice of PostgreSQL, which names a row, has no room for it. No row outlives its minute. */
export const control: Migration = {
  async up(db) {
    await sql`
      CREATE UNLOGGED TABLE control_messages (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        message json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )
    `.execute(db);
  },
};
