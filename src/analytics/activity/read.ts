import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.js';
import { happenedWithin, localDay } from './days.js';
import type { Activity, Period } from './fold.js';

/** The activity of some calendar days: that of closed days from the roll-up, that of open ones from the events. */
export async function readActivity(
  db: Kysely<Database>,
  { from, to, timezone }: Period & { timezone: string },
): Promise<Activity> {
  const closedUntil = sql`(SELECT day FROM closed)`;
  const firstOpen = sql`greatest(${from}::date, ${closedUntil})`;
  const until = sql`(${to}::date + 1)`;
  const { rows } = await sql<Activity>`
    WITH closed AS MATERIALIZED (
      -- What was rolled up in another time zone does not count.
      SELECT CASE WHEN timezone = ${timezone} THEN closed_until ELSE '-infinity' END AS day FROM activity_rollup
    ), happened AS MATERIALIZED (
      SELECT ${localDay(timezone)} AS day, extract(hour FROM occurred_at AT TIME ZONE ${timezone})::int AS hour, user_id, count(*) AS events
      FROM activity_events
      WHERE ${happenedWithin({ from: firstOpen, until, timezone })}
      GROUP BY day, hour, user_id
    ), hours AS (
      SELECT day, hour, sum(events) AS events
      FROM activity_hours
      WHERE day >= ${from}::date AND day < least(${until}, ${closedUntil})
      GROUP BY day, hour
      UNION ALL
      SELECT day, hour, sum(events) FROM happened GROUP BY day, hour
    ), days AS (
      SELECT day, users FROM activity_days WHERE day >= ${from}::date AND day < least(${until}, ${closedUntil})
      UNION ALL
      SELECT day, count(DISTINCT user_id) FROM happened GROUP BY day
    )
    SELECT
      (SELECT coalesce(jsonb_agg(jsonb_build_object('date', day, 'hour', hour, 'events', events)), '[]') FROM hours) AS hours,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('date', day, 'users', users)), '[]') FROM days) AS days
  `.execute(db);
  return rows[0]!;
}
