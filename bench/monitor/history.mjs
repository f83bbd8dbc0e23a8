/** A run history as the platform's workers leave it, made by the database itself. */
import { sql } from 'kysely';
import { addSamples, countRuns } from '#src/db/history/samples.js';
import { wordVector } from '#src/db/history/words.js';
import { progress } from '../support/report.mjs';

/** How far back the history goes, and the monitor's figures by the minute. */
const historyDays = 30;
const sampleDays = 7;

export const workers = Array.from({ length: 8 }, (_, index) => `worker-${index + 1}@host-${(index % 3) + 1}`);
/** Of this many users, each with the same share of the tasks. */
export const users = 50_000;
/** A word that one in so many tasks has, whatever the size of the history. */
export const rareWord = 'heliotrope';
const rareEvery = 20_000;

const batchRows = 50_000;
const hourMs = 3_600_000;

/** Between 0 and 1, spread evenly, and the same for the same row and purpose. */
const chance = (purpose) => sql`((hashint8extended(n, ${sql.lit(purpose)}) & 1048575) / 1048576.0)`;
const oneOf = (values, purpose) => sql`(${values}::text[])[floor(${chance(purpose)} * ${sql.lit(values.length)})::int + 1]`;

/**
 * Fills the history with `count` runs that end at `now`, some tasks far more frequent than others, and the figures by the minute that
 * workers note meanwhile. Everything is decided by the row numbers, so that each run has the same history.
 *
 * @param tasks Of each its name and its queue, the most frequent first.
 */
export async function createHistory(db, { count, tasks, now }) {
  for (let from = 1; from <= count; from += batchRows)
    await insertRuns(db, { from, to: Math.min(count, from + batchRows - 1), count, tasks, now });
  progress('the words are checked, and the figures by the minute counted');
  await assertWords(db);
  await sql`VACUUM ANALYZE task_history`.execute(db);
  const minute = Math.floor(now.getTime() / 60_000) * 60_000;
  for (let hour = sampleDays * 24; hour > 0; hour--) await sampleHour(db, new Date(minute - hour * hourMs));
  await sql`VACUUM ANALYZE task_samples`.execute(db);
}

async function insertRuns(db, { from, to, count, tasks, now }) {
  const names = tasks.map(({ name }) => name);
  const queues = tasks.map(({ queue }) => queue);
  await sql`
    INSERT INTO task_history (id, name, queue, state, args, result, error, worker, retries, enqueued_at, started_at, finished_at,
      runtime_ms, updated_at, words)
    SELECT md5(n::text)::uuid, (${names}::text[])[task], (${queues}::text[])[task], state, args, result, error,
      ${oneOf(workers, 1)}, CASE WHEN state = 'RETRY' OR ${chance(2)} < 0.02 THEN 1 ELSE 0 END, enqueued, started,
      CASE WHEN state IN ('SUCCESS', 'FAILURE', 'REVOKED') THEN ended END, CASE WHEN state <> 'STARTED' THEN runtime END,
      CASE WHEN state = 'STARTED' THEN started ELSE ended END,
      lower(translate(concat_ws(' ', args, result, error - 'stack'), '{}[]":,.@-_', repeat(' ', 11)))::tsvector
    FROM generate_series(${from}::bigint, ${to}::bigint) AS n,
      LATERAL (SELECT floor(${chance(3)} ^ 2 * ${names.length}::int)::int + 1 AS task, ${chance(4)} AS luck,
        floor(${chance(5)} * ${users}::int) AS "user", (5 / (1.0001 - ${chance(6)}))::bigint AS runtime,
        ${now}::timestamptz - (${count}::bigint - n) * (${historyDays}::int * interval '1 day' / ${count}::bigint) AS ended) AS drawn,
      LATERAL (SELECT ended - runtime * interval '1 ms' AS started) AS run,
      LATERAL (SELECT started - ${chance(7)} ^ 4 * interval '20 s' AS enqueued,
        CASE WHEN luck < 0.95 THEN 'SUCCESS' WHEN luck < 0.98 THEN 'FAILURE' WHEN luck < 0.99 THEN 'REVOKED'
          WHEN luck < 0.999 THEN 'RETRY' ELSE 'STARTED' END AS state) AS time,
      LATERAL (SELECT
        jsonb_build_object('userId', "user", 'email', 'user' || "user" || '@example.com', 'reason',
          CASE WHEN n % ${rareEvery}::int = 7 THEN ${rareWord} ELSE ${oneOf(['signup', 'schedule', 'request', 'reminder'], 8)} END) AS args,
        CASE WHEN state = 'SUCCESS' THEN jsonb_build_object('outcome', ${oneOf(['sent', 'updated', 'skipped'], 9)},
          'count', floor(${chance(10)} * 100)) END AS result,
        CASE WHEN state IN ('FAILURE', 'RETRY') THEN jsonb_build_object('code', ${oneOf(['EMAIL_REJECTED', 'ECONNREFUSED', 'TASK_TIME_LIMIT'], 11)},
          'message', 'The other side said no', 'stack', repeat('    at step (file:///app/handler.js:10:5)' || chr(10), 8)) END AS error
      ) AS told
  `.execute(db);
}

/** What the search finds must be what it would find if workers had written the history. */
async function assertWords(db) {
  const { rows } = await sql`
    SELECT id, args::text, result::text, (error - 'stack')::text AS error, words::text FROM task_history ORDER BY id LIMIT 200
  `.execute(db);
  for (const { id, args, result, error, words } of rows) {
    const { rows: same } = await sql`
      SELECT ${words}::tsvector = ${wordVector(`${args} ${result ?? ''} ${error ?? ''}`)}::tsvector AS same
    `.execute(db);
    if (!same[0].same) throw new Error(`The words of ${id} are not those that a worker would write.`);
  }
}

/** Counts an hour's runs as workers do every minute. */
async function sampleHour(db, from) {
  await addSamples(db, await countRuns(db, from, new Date(from.getTime() + hourMs)));
  await sql`
    INSERT INTO sampled_minutes (minute)
    SELECT generate_series(${from}::timestamptz, ${from}::timestamptz + interval '59 minutes', interval '1 minute')
  `.execute(db);
}
