import type { Transaction } from 'kysely';
import type { Database } from './schema.js';

/**
 * Keeps others who lock this user from going on until the transaction ends; rows may be added to the user meanwhile. Whoever
 * locks rows of the user too locks the user first. Does nothing for a user who is gone.
 */
export async function lockUser(transaction: Transaction<Database>, userId: number): Promise<void> {
  await transaction.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute();
}
