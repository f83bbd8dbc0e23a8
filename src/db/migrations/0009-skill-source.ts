import { type Migration, sql } from 'kysely';

/** Where a skill comes from, so that an import leaves those of the program alone. */
export const skillSource: Migration = {
  async up(db) {
    await sql`
      ALTER TABLE skills
        ADD COLUMN source text NOT NULL DEFAULT 'built-in' CHECK (source IN ('built-in', 'esco', 'onet'))
    `.execute(db);
  },
};
