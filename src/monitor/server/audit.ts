import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.js';
import { JourneymanError } from '../../errors.js';
import type { Json } from '../../taskkit/index.js';

export interface Action {
  /** Such as `task.retry`. */
  action: string;
  /** The task's id, the worker's, queue's or entry's name. */
  target: string;
  /** Never arguments: they may hold what is nobody's business. */
  details?: Json;
}

/**
 * Does something that changes the system, and notes who did it and how it ended. It is noted before it is done: what cannot be noted is
 * not done.
 */
export async function audited<T>(
  db: Kysely<Database>,
  { person, ip }: Pick<FastifyRequest, 'person' | 'ip'>,
  { action, target, details = {} }: Action,
  act: () => Promise<T>,
): Promise<T> {
  const { id } = await db
    .insertInto('monitor_audit')
    .values({ user_name: person ?? 'anonymous', address: ip, action, target, details: JSON.stringify(details), outcome: 'begun' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const note = (outcome: string) => db.updateTable('monitor_audit').set({ outcome }).where('id', '=', id).execute();
  try {
    const result = await act();
    await note('done');
    return result;
  } catch (error) {
    await note(error instanceof JourneymanError ? error.code : 'INTERNAL');
    throw error;
  }
}
