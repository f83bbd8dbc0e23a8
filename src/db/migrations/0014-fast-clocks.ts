import { type Migration, sql } from 'kysely';

/** Events reopen their day also where a clock that was fast has closed it too early. */
export const fastClocks: Migration = {
  async up(db) {
    // The row's lock has a roll-up that runs meanwhile wait for the events' commit.
    await sql`
      CREATE OR REPLACE FUNCTION reopen_activity_days() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        earliest timestamptz := (SELECT min(occurred_at) FROM added);
      BEGIN
        UPDATE activity_rollup
        SET closed_until = least(closed_until, (earliest AT TIME ZONE timezone)::date)
        WHERE earliest < now() - interval '30 minutes' OR (earliest AT TIME ZONE timezone)::date < closed_until;
        RETURN NULL;
      END
      $$;
    `.execute(db);
  },
};
