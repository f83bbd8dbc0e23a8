import type { Kysely, RawBuilder } from 'kysely';
import type { Database } from '#src/db/schema.js';
import { gate } from './kit.js';

/** Runs a statement that takes locks, so that whoever needs them stands still there until the returned function is called. */
export async function holding(db: Kysely<Database>, statement: RawBuilder<unknown>): Promise<() => Promise<void>> {
  const [locked, release] = [gate(), gate()];
  const transaction = db.transaction().execute(async (trx) => {
    await statement.execute(trx);
    locked.open();
    await release.opened;
  });
  // A statement that fails would otherwise be waited for in vain.
  await Promise.race([locked.opened, transaction]);
  return async () => {
    release.open();
    await transaction;
  };
}
