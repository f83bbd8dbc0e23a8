import { type Kysely, sql } from 'kysely';
import { ageSeconds } from '../db/cached-analytics.js';
import type { Database } from '../db/schema.js';
import { coded } from '../errors.js';
import { generateAchievementStats } from '../tasks/achievements.js';
import { rankOf, type Stats } from './leaderboard.js';
import { progressTo } from './progress.js';
import { standingsOf } from './queries.js';
import { achievementDefinitions, type Rule } from './rules.js';
import { type CachedStats, findStats } from './stats.js';

const describe = ({ key, name, description, points, rarity }: Rule) => ({ key, name, description, points, rarity });

/** When the user unlocked what is unlocked. */
async function unlockTimes(db: Kysely<Database>, userId: number): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom('user_achievements')
    .select(['achievement_key as key', 'unlocked_at as unlockedAt'])
    .where('user_id', '=', userId)
    .execute();
  return new Map(rows.map(({ key, unlockedAt }) => [key, unlockedAt]));
}

/** Every achievement as a user sees it, with the user's points. */
export async function listAchievements(db: Kysely<Database>, userId: number) {
  const [standings, times, cached] = await Promise.all([standingsOf(db, [userId]), unlockTimes(db, userId), findStats(db)]);
  const standing = standings.get(userId)!;
  const rates = new Map(cached?.stats.achievements.map(({ key, rate }) => [key, rate]));
  const items = achievementDefinitions.map((rule) => {
    const { current, threshold, percent } = progressTo(rule, standing);
    return {
      ...describe(rule),
      unlockedAt: times.get(rule.key) ?? null,
      progress: { current, threshold, percent },
      unlockRate: rates.get(rule.key) ?? null,
    };
  });
  return { points: standing.points, items };
}

/** What an active user has unlocked, newest first. Throws USER_NOT_FOUND. */
export async function listUnlocked(db: Kysely<Database>, userId: number) {
  const [user, times] = await Promise.all([
    db.selectFrom('users').select('id').where('id', '=', userId).where('is_active', '=', true).executeTakeFirst(),
    unlockTimes(db, userId),
  ]);
  if (!user) throw coded('USER_NOT_FOUND', { userId });
  return achievementDefinitions
    .flatMap((rule) => {
      const unlockedAt = times.get(rule.key);
      return unlockedAt ? [{ ...describe(rule), unlockedAt }] : [];
    })
    .sort((one, other) => other.unlockedAt.getTime() - one.unlockedAt.getTime());
}

/** The leaderboard as it was computed last, and where the user stands. When it is missing or too old, a newer one is asked for. */
export async function readLeaderboard(db: Kysely<Database>, userId: number, now: Date) {
  const [cached, points] = await Promise.all([findStats(db), pointsOf(db, userId)]);
  return {
    ...(await presentLeaders(db, cached, now)),
    own: { points, rank: cached ? rankOf(points, cached.stats) : null },
  };
}

/** The leaderboard as it was computed last. When it is missing or too old, a newer one is asked for. */
export const readLeaders = async (db: Kysely<Database>, now: Date) => presentLeaders(db, await findStats(db), now);

async function presentLeaders(db: Kysely<Database>, cached: CachedStats | undefined, now: Date) {
  const refreshing = !cached || cached.expiresAt <= now;
  if (refreshing) await askForStats(db, now);
  return {
    items: cached ? await withNames(db, cached.stats.leaders) : [],
    computedAt: cached?.computedAt ?? null,
    ageSeconds: cached ? ageSeconds(cached, now) : null,
    refreshing,
  };
}

/** However many ask, one task a minute at most is enqueued. */
const askForStats = (db: Kysely<Database>, now: Date) =>
  db
    .transaction()
    .execute((trx) =>
      generateAchievementStats.delayOnCommit(trx, {}, { taskId: `achievement-stats-${Math.floor(now.getTime() / 60_000)}` }),
    );

async function pointsOf(db: Kysely<Database>, userId: number): Promise<number> {
  const { points } = await db
    .selectFrom('points_ledger')
    .select(({ fn }) => fn.coalesce(fn.sum<number>('points'), sql<number>`0`).as('points'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return points;
}

/** The names as they are now; whoever is gone or no longer active since then is left out. */
async function withNames(db: Kysely<Database>, leaders: Stats['leaders']) {
  const ids = leaders.map(({ userId }) => userId);
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name', 'username'])
    .where('id', '=', sql<number>`ANY(${ids}::bigint[])`)
    .where('is_active', '=', true)
    .execute();
  const byId = new Map(rows.map(({ id, name, username }) => [id, { name, username }]));
  return leaders.flatMap((leader) => {
    const names = byId.get(leader.userId);
    return names ? [{ ...leader, ...names }] : [];
  });
}
