import { type Kysely, sql } from 'kysely';
import type { ControlChannel, Json, TaskLogger } from '../taskkit/index.js';
import { listen } from './listen.js';
import type { Database } from './schema.js';

/** Seconds a message is kept for those who were told of it. */
const keepFor = 60;

/**
 * The channel through PostgreSQL, whichever broker holds the queues.
 *
 * @param databaseUrl Where to listen; the same database as `db`.
 */
export function createControlChannel(db: Kysely<Database>, databaseUrl: string, log: TaskLogger): ControlChannel {
  const read = async (id: string): Promise<Json> => {
    const row = await db.selectFrom('control_messages').select('message').where('id', '=', Number(id)).executeTakeFirstOrThrow();
    return row.message;
  };
  return {
    async send(topic, message) {
      await sql`
        WITH forgotten AS (
          DELETE FROM control_messages WHERE created_at < now() - make_interval(secs => ${keepFor})
        ), written AS (
          INSERT INTO control_messages (message) VALUES (${JSON.stringify(message)}::json) RETURNING id
        )
        SELECT pg_notify(${topic}, id::text) FROM written
      `.execute(db);
    },
    listen: (topic, onMessage) =>
      listen(databaseUrl, topic, (id) => {
        // No message: the connection was lost and is back.
        if (!id) return;
        read(id).then(onMessage, (error: Error) => log.warn({}, `A command or reply could not be read: ${error.message}`));
      }),
  };
}
