import { type Kysely, sql, type Transaction } from 'kysely';
import { localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import { happenedWithin, localDay } from './days.js';

/**
 * How long a day that is over stays open, in milliseconds: its last events may not have been committed before. Events that are
 * half as old when they are written open their day again; see the migration.
 */
const margin = 3_600_000;

/** How many days are counted at once. */
const stepDays = 31;

/**
 * Counts the events of the days that are over and have not been counted yet. The days are closed a month at a time, each month at once or
 * not at all; of two runs at once, the second one waits. In another time zone than before everything is counted anew.
 * What a closed day holds stays when a user is deleted later.
 */
export async function rollUpActivity(db: Kysely<Database>, { now, timezone }: { now: Date; timezone: string }): Promise<void> {
  const until = localDate(new Date(now.getTime() - margin), timezone);
  for (let isDone = false; !isDone; ) {
    isDone = await db.transaction().execute((trx) => closeDays(trx, { until, timezone }));
  }
}

/** Closes a month's days at most. Returns whether all days before `until` are closed. */
async function closeDays(trx: Transaction<Database>, { until, timezone }: { until: string; timezone: string }): Promise<boolean> {
  const state = await trx.selectFrom('activity_rollup').selectAll().forUpdate().executeTakeFirstOrThrow();
  const closedUntil = state.timezone === timezone ? state.closed_until : '-infinity';
  // Not compared as texts: '-infinity' is before every day.
  if (closedUntil !== '-infinity' && closedUntil >= until) return true;

  const { rows } = await sql<{ from: string; to: string; isLast: boolean }>`
    SELECT day AS from, least(day + ${stepDays}::int, ${until}::date) AS to, day + ${stepDays}::int >= ${until}::date AS "isLast"
    FROM (
      SELECT coalesce(min(${localDay(timezone)}), ${until}::date) AS day
      FROM (
        SELECT occurred_at FROM activity_events
        WHERE ${happenedWithin({ from: sql`${closedUntil}::date`, until: sql`${until}::date`, timezone })}
        ORDER BY occurred_at
        LIMIT 1
      ) AS next
    ) AS start
  `.execute(trx);
  const { from, to, isLast } = rows[0]!;

  await sql`DELETE FROM activity_hours WHERE day >= ${closedUntil}::date`.execute(trx);
  await sql`DELETE FROM activity_days WHERE day >= ${closedUntil}::date`.execute(trx);
  await sql`
    WITH happened AS MATERIALIZED (
      SELECT ${localDay(timezone)} AS day, extract(hour FROM occurred_at AT TIME ZONE ${timezone}) AS hour, kind, user_id
      FROM activity_events
      WHERE ${happenedWithin({ from: sql`${from}::date`, until: sql`${to}::date`, timezone })}
    ), hours AS (
      INSERT INTO activity_hours (day, hour, kind, events)
      SELECT day, hour, kind, count(*) FROM happened GROUP BY day, hour, kind
    )
    INSERT INTO activity_days (day, users)
    SELECT day, count(DISTINCT user_id) FROM happened GROUP BY day
  `.execute(trx);
  await trx.updateTable('activity_rollup').set({ timezone, closed_until: to }).execute();
  return isLast;
}
