import { type Migration, sql } from 'kysely';

/** A user's notifications in the order of their ids, in which they are listed, streamed and taken up again after a break. */
export const notificationsById: Migration = {
  async up(db) {
    await sql`
      DROP INDEX notifications_user_idx;
      CREATE INDEX notifications_user_idx ON notifications (user_id, id);
      DROP INDEX notifications_unread_idx;
      CREATE INDEX notifications_unread_idx ON notifications (user_id, id) WHERE read_at IS NULL;
    `.execute(db);
  },
};
