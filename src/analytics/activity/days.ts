import { type RawBuilder, sql } from 'kysely';

/** The calendar day of an event. */
export const localDay = (timezone: string) => sql`(occurred_at AT TIME ZONE ${timezone})::date`;

/**
 * Whether an event happened from one calendar day on and before another. The index finds it by instants that are a day wider: where the
 * clocks are changed at midnight, a day has no single instant at which it begins.
 */
export const happenedWithin = ({
  from,
  until,
  timezone,
}: {
  from: RawBuilder<unknown>;
  until: RawBuilder<unknown>;
  timezone: string;
}) => sql`(
  occurred_at >= (${from})::timestamp AT TIME ZONE ${timezone} - interval '1 day'
  AND occurred_at < (${until})::timestamp AT TIME ZONE ${timezone} + interval '1 day'
  AND ${localDay(timezone)} >= ${from} AND ${localDay(timezone)} < ${until}
)`;
