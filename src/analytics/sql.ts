/** Parts of statements that several figures are made of. */
import { type RawBuilder, sql } from 'kysely';

const day = 86_400_000;

/** The instant 30 days before `now`, to the millisecond. */
export const thirtyDaysBefore = (now: Date): Date => new Date(now.getTime() - 30 * day);

/** A part of a whole with four decimals; null where there is no whole. */
export const share = (part: RawBuilder<unknown>, whole: RawBuilder<unknown>) =>
  sql`round((${part})::numeric / nullif(${whole}, 0), 4)`;

/** A mean with two decimals; null for none. */
export const mean = (sum: RawBuilder<unknown>, count: RawBuilder<unknown>) =>
  sql`round((${sum})::numeric / nullif(${count}, 0), 2)`;

export const twoDecimals = (value: RawBuilder<unknown>) => sql`round((${value})::numeric, 2)`;

/** How many ratings there are and what they come to on average, from the rows of a group. */
export const ratingOf = (ratings: RawBuilder<unknown>, stars: RawBuilder<unknown>) =>
  sql`jsonb_build_object('ratings', coalesce(${ratings}, 0), 'average', ${mean(stars, ratings)})`;

/** An object with the sum of `amount` for each of these values of a column; 0 for a value that no row has. */
export const sumsBy = (column: RawBuilder<unknown>, values: readonly string[], amount: RawBuilder<unknown>) => {
  const sums = values.map((value) => sql`${value}::text, coalesce(sum(${amount}) FILTER (WHERE ${column} = ${value}), 0)`);
  return sql`jsonb_build_object(${sql.join(sums)})`;
};

/** How long the lists are. */
const listLength = 20;

/** The first rows of a table or of a WITH query, as a JSON array in this order, which leaves no two rows equal. */
export const firstOf = (rows: string, { where, order }: { where: RawBuilder<unknown>; order: RawBuilder<unknown> }) => sql`(
  SELECT coalesce(jsonb_agg(to_jsonb(listed) ORDER BY ${order}), '[]')
  FROM (SELECT * FROM ${sql.table(rows)} WHERE ${where} ORDER BY ${order} LIMIT ${sql.lit(listLength)}) AS listed
)`;

/** Whether a job takes applications at `now`. */
export const jobIsOpen = (now: Date) => sql`(jobs.status = 'open' AND (jobs.expires_at IS NULL OR jobs.expires_at > ${now}))`;

/** The time from an application to its first answer; null while there is none. */
export const hoursToAnswer = sql`(extract(epoch FROM answered_at - created_at)::float8 / 3600)`;
