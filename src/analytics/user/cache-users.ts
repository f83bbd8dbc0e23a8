import { sql } from 'kysely';
import { activeUsers } from '../../accounts/index.js';
import { inChunks, type KeyRange, keyRanges } from '../../batch.js';
import { coded } from '../../errors.js';
import type { TaskContext } from '../../taskkit/index.js';
import { cacheUserAnalyticsChunk } from '../../tasks/analytics.js';
import { freshness } from '../cache.js';
import type { AnalyticsServices } from '../services.js';
import { storeUserFigures } from './store.js';

/** How many users one chunk is for. */
const chunkSize = 2000;

/** Has every active user's figures computed and stored, in chunks; gives the sums of what the chunks returned. */
export async function cacheAllUsers(
  { db, clock, activeUserDays }: AnalyticsServices,
  context: TaskContext,
): Promise<{ users: number; chunks: number }> {
  const totals = await inChunks(context, async () => {
    const users = sql`SELECT id FROM users WHERE ${activeUsers(clock(), activeUserDays)}`;
    const ranges = await keyRanges(db, users, chunkSize);
    return ranges.map((range) => cacheUserAnalyticsChunk.s(range));
  });
  return { users: 0, ...totals };
}

/** Computes and stores the figures of the active users of a range. */
export async function cacheUsersOf(
  { db, clock, activeUserDays }: AnalyticsServices,
  range: KeyRange,
): Promise<{ users: number }> {
  const now = clock();
  const users = await storeUserFigures(db, range, { which: activeUsers(now, activeUserDays), ...freshness(now, 'occasional') });
  return { users };
}

/** Computes and stores one user's figures, whether seen lately or not. Throws USER_NOT_FOUND. */
export async function cacheUser(
  { db, clock }: AnalyticsServices,
  userId: number,
): Promise<{ userId: number; computedAt: string | null; skipped?: string }> {
  const now = clock();
  const which = sql<boolean>`users.is_active`;
  const stored = await storeUserFigures(db, { fromId: userId, toId: userId }, { which, ...freshness(now, 'occasional') });
  if (stored > 0) return { userId, computedAt: now.toISOString() };
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst();
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  return { userId, computedAt: null, skipped: 'inactive user' };
}
