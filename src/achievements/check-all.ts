import { type Kysely, sql } from 'kysely';
import { activeUsers } from '../accounts/index.js';
import { inChunks, type KeyRange, keyRanges } from '../batch.js';
import type { Database } from '../db/schema.js';
import type { TaskContext } from '../taskkit/index.js';
import { checkAchievementsChunk } from '../tasks/achievements.js';
import { announceMany } from './announce.js';
import { decide, type Standing } from './decide.js';
import { standingsOf } from './queries.js';
import { achievementDefinitions, pointRules } from './rules.js';
import { settle, unlocksOf } from './unlock.js';

/** How many users one chunk looks at. */
const chunkSize = 2000;

const rulesOf = { all: achievementDefinitions, milestones: pointRules };

export interface AchievementServices {
  db: Kysely<Database>;
  clock: () => Date;
  /** Those seen in so many days are looked at. */
  activeUserDays: number;
}

/** Has every active user's achievements checked, in chunks; gives the sums of what the chunks returned. */
export async function checkAll(
  { db, clock, activeUserDays }: AchievementServices,
  context: TaskContext,
  rules: keyof typeof rulesOf,
): Promise<{ users: number; unlocked: number; points: number; chunks: number }> {
  const totals = await inChunks(context, async () => {
    const users = sql`SELECT id FROM users WHERE ${activeUsers(clock(), activeUserDays)}`;
    const ranges = await keyRanges(db, users, chunkSize);
    return ranges.map((range) => checkAchievementsChunk.s({ ...range, rules }));
  });
  return { users: 0, unlocked: 0, points: 0, ...totals };
}

/**
 * Unlocks what the active users of a range have earned, all at once or not at all. What is new is told to its users by tasks
 * that are committed with it.
 */
export async function checkChunk(
  { db, clock, activeUserDays }: AchievementServices,
  { rules: name, ...range }: KeyRange & { rules: keyof typeof rulesOf },
): Promise<{ users: number; unlocked: number; points: number }> {
  const rules = rulesOf[name];
  const judge = (standing: Standing) => decide(standing, rules);
  const now = clock();
  const users = await activeIn(db, range, now, activeUserDays);
  // Mostly nobody has earned anything since the last time. So only those who have are locked, and judged again.
  const standings = await standingsOf(db, users, rules);
  const earners = users.filter((userId) => judge(standings.get(userId)!).unlock.length > 0);
  if (earners.length === 0) return { users: users.length, unlocked: 0, points: 0 };

  const unlocks = await db.transaction().execute(async (trx) => {
    const unlocked = unlocksOf(await settle(trx, earners, { rules, judge, now }));
    await announceMany(trx, unlocked);
    return unlocked;
  });
  const points = unlocks.reduce((sum, { rule }) => sum + rule.points, 0);
  return { users: users.length, unlocked: unlocks.length, points };
}

async function activeIn(db: Kysely<Database>, { fromId, toId }: KeyRange, now: Date, days: number): Promise<number[]> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('id', '>=', fromId)
    .where('id', '<=', toId)
    .where(activeUsers(now, days))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
