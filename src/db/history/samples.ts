import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';
import { durationBounds } from './durations.js';
import { noRuns, type RunSample } from './tally.js';

/** How far back minutes are counted that nobody has counted, and how long after its end a minute is: by then its runs are written. */
const longestGap = sql`interval '1 hour'`;
const patience = sql`interval '15 seconds'`;

/** Counts the runs of every minute that is over and was not counted, by task. Several may do so at once: a minute is one's. */
export async function sampleRuns(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const minutes = await claimMinutes(transaction);
    if (minutes.length === 0) return;
    const samples = await countRuns(transaction, minutes[0]!, new Date(minutes.at(-1)!.getTime() + 60_000));
    const claimed = new Set(minutes.map((minute) => minute.getTime()));
    const rows = samples.filter(({ minute }) => claimed.has(minute.getTime()));
    await sql`
      INSERT INTO task_samples (minute, name, succeeded, failed, retried, revoked, runtimes, waits)
      SELECT minute, name, succeeded, failed, retried, revoked,
        ARRAY(SELECT value::integer FROM jsonb_array_elements_text(runtimes) AS value),
        ARRAY(SELECT value::integer FROM jsonb_array_elements_text(waits) AS value)
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
        minute timestamptz, name text, succeeded integer, failed integer, retried integer, revoked integer,
        runtimes jsonb, waits jsonb
      )
    `.execute(transaction);
  });
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
  /** Samples of minutes from this on. */
  from: Date;
  now: Date;
  /** Only of this task. Default: of all. */
  name?: string;
}

/**
 * The runs of the last time by minute and task: as they were sampled and, of the last minutes, which are not sampled yet, as the
 * history has them.
 */
export async function readRuns(db: Kysely<Database>, wanted: RunsWanted): Promise<RunSample[]> {
  const open = await openSince(db, wanted);
  const recent = await countRuns(db, open, new Date(wanted.now.getTime() + 60_000));
  return [...(await readSamples(db, wanted)), ...recent.filter(({ name }) => wanted.name === undefined || name === wanted.name)];
}

/** Those of them that were sampled. */
export function readSamples(db: Kysely<Database>, { from, name }: RunsWanted): Promise<RunSample[]> {
  return db
    .selectFrom('task_samples')
    .selectAll()
    .where('minute', '>=', from)
    .$if(name !== undefined, (query) => query.where('name', '=', name!))
    .orderBy('minute')
    .execute();
}

/** How much of the history is counted anew for each answer, at most, in milliseconds. */
const longestOpen = 5 * 60_000;

/** The first of the last minutes that are not sampled yet. */
export async function openSince(db: Kysely<Database>, { from, now }: RunsWanted): Promise<Date> {
  const { rows } = await sql<{ last: Date | null }>`SELECT max(minute) AS last FROM sampled_minutes`.execute(db);
  const afterLast = (rows[0]?.last?.getTime() ?? 0) + 60_000;
  return new Date(Math.max(afterLast, from.getTime(), now.getTime() - longestOpen));
}

/** Forgets samples that are older. */
export async function expireSamples(db: Kysely<Database>, days: number): Promise<void> {
  for (const table of ['task_samples', 'queue_samples', 'sampled_minutes'] as const) {
    await db.deleteFrom(table).where('minute', '<', sql<Date>`now() - make_interval(days => ${days})`).execute();
  }
}
