import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';
import { durationBounds, noDurations } from './durations.js';
import { addRuns, type NamedTally, noRuns, type RunSample, type Tally, type TimedTally } from './tally.js';

/** How far back minutes are counted that nobody has counted, and how long after its end a minute is: by then its runs are written. */
const longestGap = sql`interval '1 hour'`;
const patience = sql`interval '15 seconds'`;

/**
 * How long the times are that runs are added up by, in minutes, for trends over an hour, 6 hours, a day and 7 days: a trend reads about
 * as many samples, however long it is.
 */
const lengths = [1, 5, 15, 120];
/** How many times of each length are kept: more than a trend shows. */
const keptSteps = 100;

/** Counts the runs of every minute that is over and was not counted, by task. Several may do so at once: a minute is one's. */
export async function sampleRuns(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const minutes = await claimMinutes(transaction);
    if (minutes.length === 0) return;
    const samples = await countRuns(transaction, minutes[0]!, new Date(minutes.at(-1)!.getTime() + 60_000));
    const claimed = new Set(minutes.map((minute) => minute.getTime()));
    await addSamples(
      transaction,
      samples.filter(({ minute }) => claimed.has(minute.getTime())),
    );
  });
}

/** Adds the runs of minutes that were not counted before to the samples of every length. */
export async function addSamples(db: Kysely<Database>, samples: readonly RunSample[]): Promise<void> {
  const rows = lengths.flatMap((minutes) => samplesBy(minutes, samples));
  await sql`
    INSERT INTO task_samples AS kept (minutes, minute, name, succeeded, failed, retried, revoked, runtimes, waits)
    SELECT minutes, minute, name, succeeded, failed, retried, revoked,
      ARRAY(SELECT value::integer FROM jsonb_array_elements_text(runtimes) AS value),
      ARRAY(SELECT value::integer FROM jsonb_array_elements_text(waits) AS value)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      minutes smallint, minute timestamptz, name text, succeeded integer, failed integer, retried integer, revoked integer,
      runtimes jsonb, waits jsonb
    )
    -- In one order everywhere, so that two workers never wait for each other's rows.
    ORDER BY minutes, minute, name
    ON CONFLICT (minutes, minute, name) DO UPDATE SET
      succeeded = kept.succeeded + excluded.succeeded, failed = kept.failed + excluded.failed,
      retried = kept.retried + excluded.retried, revoked = kept.revoked + excluded.revoked,
      runtimes = ARRAY(SELECT one + other FROM unnest(kept.runtimes, excluded.runtimes) AS pair (one, other)),
      waits = ARRAY(SELECT one + other FROM unnest(kept.waits, excluded.waits) AS pair (one, other))
  `.execute(db);
}

/** Samples of single minutes added up by times of some minutes. */
function samplesBy(minutes: number, samples: readonly RunSample[]): (RunSample & { minutes: number })[] {
  const length = minutes * 60_000;
  const sums = new Map<string, RunSample & { minutes: number }>();
  for (const sample of samples) {
    const start = Math.floor(sample.minute.getTime() / length) * length;
    const key = `${start} ${sample.name}`;
    const sum = sums.get(key) ?? { minutes, minute: new Date(start), name: sample.name, ...noRuns() };
    addRuns(sum, sample);
    sums.set(key, sum);
  }
  return [...sums.values()];
}

async function claimMinutes(transaction: Transaction<Database>): Promise<Date[]> {
  const { rows } = await sql<{ minute: Date }>`
    WITH claimed AS (
      INSERT INTO sampled_minutes (minute)
      SELECT minute FROM generate_series(
        date_trunc('minute', now() - ${longestGap}), date_trunc('minute', now() - ${patience}) - interval '1 minute', interval '1 minute'
      ) AS minute
      ORDER BY minute
      ON CONFLICT DO NOTHING
      RETURNING minute
    )
    SELECT minute FROM claimed ORDER BY minute
  `.execute(transaction);
  return rows.map(({ minute }) => minute);
}

/** Counts runs in the history by minute and task: those of which was last heard from `from` on, and before `to`. */
export async function countRuns(db: Kysely<Database>, from: Date, to: Date): Promise<RunSample[]> {
  const bounds = sql`${durationBounds}::float8[]`;
  const { rows } = await sql<{
    minute: Date;
    name: string;
    state: string;
    runtime: number | null;
    wait: number | null;
    count: number;
  }>`
    SELECT date_trunc('minute', updated_at) AS minute, name, state,
      width_bucket(runtime_ms::float8, ${bounds}) AS runtime,
      CASE WHEN retries = 0 THEN width_bucket(extract(epoch FROM started_at - enqueued_at)::float8 * 1000, ${bounds}) END AS wait,
      count(*) AS count
    FROM task_history
    WHERE updated_at >= ${from} AND updated_at < ${to} AND state IN ('SUCCESS', 'FAILURE', 'RETRY', 'REVOKED')
    GROUP BY 1, 2, 3, 4, 5
  `.execute(db);
  const samples = new Map<string, RunSample>();
  for (const { minute, name, state, runtime, wait, count } of rows) {
    const key = `${minute.getTime()} ${name}`;
    const sample = samples.get(key) ?? { minute, name, ...noRuns() };
    samples.set(key, sample);
    sample[counters[state as keyof typeof counters]] += count;
    if (runtime !== null && state !== 'REVOKED') sample.runtimes[runtime]! += count;
    if (wait !== null && state !== 'REVOKED') sample.waits[wait]! += count;
  }
  return [...samples.values()];
}

const counters = { SUCCESS: 'succeeded', FAILURE: 'failed', RETRY: 'retried', REVOKED: 'revoked' } as const;

export interface RunsWanted {
  /** Samples of the times from this on. */
  from: Date;
  /** How long the times are that the runs are added up by, in milliseconds: 1, 5, 15 or 120 minutes. */
  stepMs: number;
  now: Date;
}

/** The runs of the last time by task. A task may be there twice: as it was sampled, and with what is not sampled yet. */
export async function runsByName(db: Kysely<Database>, wanted: RunsWanted): Promise<NamedTally[]> {
  const [sampled, recent] = await Promise.all([sumSamples(db, 'name', wanted), unsampledRuns(db, wanted)]);
  return [...sampled, ...recent];
}

/** The runs of the last time by step, of all tasks or of one. A step may be there more than once, as above. */
export async function runsByStep(db: Kysely<Database>, wanted: RunsWanted, name?: string): Promise<TimedTally[]> {
  const [sampled, recent] = await Promise.all([sumSamples(db, 'minute', wanted, name), unsampledRuns(db, wanted)]);
  return [...sampled, ...recent.filter((sample) => name === undefined || sample.name === name)];
}

/** The runs of the last minutes, which are not sampled yet, as the history has them. */
const unsampledRuns = async (db: Kysely<Database>, { from, now }: RunsWanted): Promise<RunSample[]> =>
  countRuns(db, await openSince(db, { from, now }), new Date(now.getTime() + 60_000));

/** Samples added up in the database, which takes a quarter of the time that reading all of them does. */
async function sumSamples<K extends 'name' | 'minute'>(
  db: Kysely<Database>,
  by: K,
  { from, stepMs }: RunsWanted,
  name?: string,
): Promise<(Tally & Pick<RunSample, K>)[]> {
  const { rows } = await sql<Tally & Pick<RunSample, K>>`
    SELECT ${sql.ref(by)}, sum(succeeded) AS succeeded, sum(failed) AS failed, sum(retried) AS retried, sum(revoked) AS revoked,
      ${sumByClass('runtimes')} AS runtimes, ${sumByClass('waits')} AS waits
    FROM task_samples
    WHERE minutes = ${stepMs / 60_000} AND minute >= ${from} AND ${name === undefined ? sql`true` : sql`name = ${name}`}
    GROUP BY 1 ORDER BY 1
  `.execute(db);
  return rows;
}

/** Histograms added up class by class. Arrays of JSON are read several times as fast as PostgreSQL's own. */
const sumByClass = (histogram: 'runtimes' | 'waits') =>
  sql`to_json(ARRAY[${sql.join(noDurations().map((_, index) => sql`sum(${sql.ref(histogram)}[${sql.lit(index + 1)}])`))}])`;

/** The samples of the last time, of each step and task. */
export function readSamples(db: Kysely<Database>, { from, stepMs }: RunsWanted): Promise<RunSample[]> {
  return db
    .selectFrom('task_samples')
    .select(['minute', 'name', 'succeeded', 'failed', 'retried', 'revoked'])
    .select([sql<number[]>`to_json(runtimes)`.as('runtimes'), sql<number[]>`to_json(waits)`.as('waits')])
    .where('minutes', '=', stepMs / 60_000)
    .where('minute', '>=', from)
    .orderBy('minute')
    .execute();
}

/** How much of the history is counted anew for each answer, at most, in milliseconds. */
const longestOpen = 5 * 60_000;

/** The first of the last minutes that are not sampled yet. */
export async function openSince(db: Kysely<Database>, { from, now }: Pick<RunsWanted, 'from' | 'now'>): Promise<Date> {
  const { rows } = await sql<{ last: Date | null }>`SELECT max(minute) AS last FROM sampled_minutes`.execute(db);
  const afterLast = (rows[0]?.last?.getTime() ?? 0) + 60_000;
  return new Date(Math.max(afterLast, from.getTime(), now.getTime() - longestOpen));
}

/** Forgets the samples of runs that no trend shows any more, and those of queues that are older than some days. */
export async function expireSamples(db: Kysely<Database>, days: number): Promise<void> {
  await sql`DELETE FROM task_samples WHERE minute < now() - minutes * interval '1 minute' * ${keptSteps}::integer`.execute(db);
  for (const table of ['queue_samples', 'sampled_minutes'] as const) {
    await db.deleteFrom(table).where('minute', '<', sql<Date>`now() - make_interval(days => ${days})`).execute();
  }
}
