import { type Kysely, sql, type Transaction } from 'kysely';
import type { OutboxStore } from '../taskkit/index.js';
import { listen } from './listen.js';
import type { Database } from './schema.js';

declare module '../taskkit/types.js' {
  interface Register {
    transaction: Transaction<Database>;
  }
}

const channel = 'task_outbox';

/**
 * The outbox in the table `task_outbox`. A message whose id already waits there is dropped, as the broker drops an id it knows.
 *
 * @param databaseUrl Where to listen for commits; the same database as `db`.
 */
export function createOutbox(db: Kysely<Database>, databaseUrl: string): OutboxStore {
  return {
    async write(transaction, messages) {
      if (messages.length === 0) return;
      // PostgreSQL sends the notice with the commit, once for a transaction however many writes it makes.
      await sql`
        WITH written AS (
          INSERT INTO task_outbox (id, message)
          SELECT message ->> 'id', message
          FROM jsonb_array_elements(${JSON.stringify(messages)}::jsonb) WITH ORDINALITY AS given (message, place)
          ORDER BY place
          ON CONFLICT (id) DO NOTHING
        )
        SELECT pg_notify(${channel}, '')
      `.execute(transaction);
    },

    take(limit, deliver) {
      return db.transaction().execute(async (transaction) => {
        const rows = await transaction
          .selectFrom('task_outbox')
          .select(['position', 'message'])
          .orderBy('position')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .execute();
        if (rows.length === 0) return 0;
        await deliver(rows.map(({ message }) => message));
        const positions = rows.map(({ position }) => position);
        await transaction.deleteFrom('task_outbox').where('position', '=', sql<number>`ANY(${positions}::bigint[])`).execute();
        return rows.length;
      });
    },

    listen: (onMessage) => listen(databaseUrl, channel, () => onMessage()),
  };
}
