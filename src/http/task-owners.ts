import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.js';
import type { ApplyAsyncOptions, AsyncResult, Task } from '../taskkit/index.js';

/** Leaves a task in the outbox, as `delayOnCommit` does, and lets this user ask for its state. A task with an id of its own is this user's. */
export async function delayForUser<Args, Result>(
  transaction: Transaction<Database>,
  userId: number,
  task: Task<Args, Result>,
  args: Args,
  options: ApplyAsyncOptions = {},
): Promise<AsyncResult<Result>> {
  const result = await task.delayOnCommit(transaction, args, options);
  await transaction
    .insertInto('task_owners')
    .values({ task_id: result.id, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return result;
}

/** Whose request enqueued a task; undefined for one that no request enqueued. */
export async function findTaskOwner(db: Kysely<Database>, taskId: string): Promise<number | undefined> {
  const row = await db.selectFrom('task_owners').select('user_id').where('task_id', '=', taskId).executeTakeFirst();
  return row?.user_id;
}

/** The task with this id, if it still waits in the outbox for the relay. */
export async function findInOutbox(
  db: Kysely<Database>,
  taskId: string,
): Promise<{ name: string; enqueuedAt: Date } | undefined> {
  const row = await db.selectFrom('task_outbox').select(['message', 'created_at']).where('id', '=', taskId).executeTakeFirst();
  return row && { name: row.message.name, enqueuedAt: row.created_at };
}
