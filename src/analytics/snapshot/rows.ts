import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../../db/schema.js';

/** How many rows are in memory at a time. */
const batchSize = 1000;

/** The rows of a query, read little by little however many they are. One at a time in a transaction. */
export async function* rowsOf<T extends object>(trx: Transaction<Database>, query: RawBuilder<unknown>): AsyncGenerator<T> {
  await sql`DECLARE snapshot_rows NO SCROLL CURSOR FOR ${query}`.execute(trx);
  let count: number;
  do {
    const { rows } = await sql<T>`FETCH ${sql.lit(batchSize)} FROM snapshot_rows`.execute(trx);
    yield* rows;
    count = rows.length;
  } while (count === batchSize);
  await sql`CLOSE snapshot_rows`.execute(trx);
}
