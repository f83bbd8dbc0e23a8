import type { Kysely } from 'kysely';
import { ageSeconds } from '../db/cached-analytics.js';
import type { Database } from '../db/schema.js';
import type { Task } from '../taskkit/index.js';
import type { Cached } from './types.js';

/** The name under which a task that computes figures is asked for: however many ask, it is enqueued once a minute at most. */
export const askedInMinute = (about: string, now: Date): string => `${about}-${Math.floor(now.getTime() / 60_000)}`;

/** Leaves a task that computes figures in the outbox. Gives its id. */
export async function askFor<Args>(
  db: Kysely<Database>,
  { task, args, about, now }: { task: Task<Args>; args: Args; about: string; now: Date },
): Promise<string> {
  const taskId = askedInMinute(about, now);
  await db.transaction().execute((trx) => task.delayOnCommit(trx, args, { taskId }));
  return taskId;
}

/** Cached figures as the API answers them. */
export const present = <T>(cached: Cached<T>, now: Date) => ({
  figures: cached.value,
  computedAt: cached.computedAt,
  ageSeconds: ageSeconds(cached, now),
  stale: cached.expiresAt <= now,
});
