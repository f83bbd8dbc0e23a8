import { type Kysely, sql } from 'kysely';
import { activeUsers } from '../accounts/index.js';
import { type Freshness, findCached, saveCached } from '../db/cached-analytics.js';
import type { Database } from '../db/schema.js';
import { ladderSteps, type Stats } from './leaderboard.js';
import { achievementDefinitions } from './rules.js';

const cacheKey = 'achievement_stats';
const leaderCount = 100;
/** How long the figures count as fresh, in milliseconds. */
const freshFor = 3_600_000;

/**
 * Computes the leaderboard and how many have unlocked each achievement, of the active users, and caches it for an hour.
 * Figures that are newer already stay.
 */
export async function saveStats(
  db: Kysely<Database>,
  { now, activeUserDays }: { now: Date; activeUserDays: number },
): Promise<{ users: number; achievements: number; leaders: number }> {
  const keys = achievementDefinitions.map(({ key }) => key);
  const { rows } = await sql<{ stats: Stats }>`
    WITH active AS MATERIALIZED (
      SELECT id FROM users WHERE ${activeUsers(now, activeUserDays)}
    ), totals AS MATERIALIZED (
      SELECT user_id, sum(points) AS points
      FROM points_ledger
      WHERE user_id IN (SELECT id FROM active)
      GROUP BY user_id
      HAVING sum(points) > 0
    ), steps AS (
      SELECT points, 1 + sum(count(*)) OVER (ORDER BY points DESC) - count(*) AS rank FROM totals GROUP BY points
    ), leaders AS (
      SELECT rank, user_id, points, (SELECT count(*) FROM user_achievements WHERE user_id = leader.user_id) AS achievements
      FROM (SELECT user_id, points FROM totals ORDER BY points DESC, user_id LIMIT ${leaderCount}) AS leader JOIN steps USING (points)
    ), held AS (
      SELECT achievement_key AS key, count(*) AS unlocked
      FROM user_achievements
      WHERE user_id IN (SELECT id FROM active)
      GROUP BY achievement_key
    )
    SELECT jsonb_build_object(
      'users', (SELECT count(*) FROM active),
      'ranked', (SELECT count(*) FROM totals),
      'leaders', (
        SELECT coalesce(jsonb_agg(
          jsonb_build_object('rank', rank, 'userId', user_id, 'points', points, 'achievements', achievements) ORDER BY rank, user_id
        ), '[]')
        FROM leaders
      ),
      'ladder', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('rank', rank, 'points', points) ORDER BY rank), '[]')
        FROM (SELECT rank, points FROM steps ORDER BY rank LIMIT ${ladderSteps}) AS top
      ),
      'achievements', (
        SELECT jsonb_agg(jsonb_build_object(
          'key', key,
          'unlocked', coalesce(unlocked, 0),
          'rate', coalesce(round(unlocked::numeric / nullif((SELECT count(*) FROM active), 0), 4), 0)
        ) ORDER BY place)
        FROM unnest(${keys}::text[]) WITH ORDINALITY AS given (key, place) LEFT JOIN held USING (key)
      )
    ) AS stats
  `.execute(db);
  const { stats } = rows[0]!;
  await saveCached(db, { [cacheKey]: stats }, { computedAt: now, expiresAt: new Date(now.getTime() + freshFor) });
  return { users: stats.users, achievements: stats.achievements.length, leaders: stats.leaders.length };
}

export interface CachedStats extends Freshness {
  stats: Stats;
}

/** The figures that were computed last; undefined before the first time. */
export async function findStats(db: Kysely<Database>): Promise<CachedStats | undefined> {
  const cached = await findCached(db, cacheKey);
  return cached && { stats: cached.value as Stats, computedAt: cached.computedAt, expiresAt: cached.expiresAt };
}
