import { type Kysely, sql } from 'kysely';
import { activeUsers } from '../../accounts/index.js';
import { localDate } from '../../calendar.js';
import type { Database } from '../../db/schema.js';
import type { Moment } from '../services.js';
import type { Figures } from '../types.js';
import { addMonths, growthMonths, type MonthRow, reportMonths } from './months.js';

/** The sign-ups of twelve calendar months up to the present one, and who of them stayed. Closed accounts are among the sign-ups. */
export async function computeGrowth(db: Kysely<Database>, { now, timezone, activeUserDays }: Moment): Promise<Figures<'growth'>> {
  const thisMonth = localDate(now, timezone).slice(0, 7);
  const firstMonth = sql`${`${addMonths(thisMonth, 1 - reportMonths)}-01`}::timestamp`;
  // Each user's events are looked up in an index that begins with the user, by instants that are a day wider than the month.
  const { rows } = await sql<MonthRow>`
    SELECT
      to_char(month, 'YYYY-MM') AS month,
      count(*) AS "signUps",
      count(*) FILTER (WHERE ${activeUsers(now, activeUserDays)}) AS active,
      count(*) FILTER (WHERE has_returned) AS returned
    FROM (
      SELECT
        id, is_active, last_seen_at,
        greatest(date_trunc('month', created_at AT TIME ZONE ${timezone}), ${firstMonth} - interval '1 month') AS month
      FROM users
      WHERE created_at <= ${now}
    ) AS users
    LEFT JOIN LATERAL (
      SELECT true AS has_returned
      FROM activity_events
      WHERE month >= ${firstMonth}
        AND user_id = users.id
        AND occurred_at >= (month + interval '1 month') AT TIME ZONE ${timezone} - interval '1 day'
        AND occurred_at < (month + interval '2 months') AT TIME ZONE ${timezone} + interval '1 day'
        AND date_trunc('month', occurred_at AT TIME ZONE ${timezone}) = month + interval '1 month'
      LIMIT 1
    ) AS event ON true
    GROUP BY month
  `.execute(db);
  return { timezone, months: growthMonths(rows, thisMonth) };
}
