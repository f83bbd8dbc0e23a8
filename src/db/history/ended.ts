import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.js';

/** A run that has ended. */
export interface EndedRun {
  id: string;
  name: string;
  queue: string;
  worker: string | null;
  status: 'SUCCESS' | 'FAILURE' | 'RETRY' | 'REVOKED';
  retries: number;
  runtimeMs: number | null;
  /** From when the task was enqueued to the start of its first run; null for later ones. */
  waitMs: number | null;
  updatedAt: Date;
}

/** Runs are written soon after they end, and workers' clocks differ: so far back is read again, in milliseconds. */
const overlap = 5000;
/** No more than this is caught up on, in milliseconds. */
const longestGap = 600_000;
const batch = 5000;

/**
 * Tells of the runs that ended since it was asked last, each once, from the first time on. After ten minutes without a question those of the
 * time before are passed by, and so is a run that was followed by the next one of its task in between.
 */
export function followEndedRuns(
  db: Kysely<Database>,
  start: Date,
): (now: Date, tell: (runs: EndedRun[]) => void) => Promise<void> {
  let told = new Map<string, { key: string; at: number }>();
  let seenUntil = start.getTime();
  let following: Promise<void> = Promise.resolve();

  async function follow(now: Date, tell: (runs: EndedRun[]) => void): Promise<void> {
    const from = Math.max(seenUntil - overlap, now.getTime() - longestGap, start.getTime());
    for (let place = { at: new Date(from), id: '' }; ; ) {
      const runs = await readEnded(db, place);
      const fresh = runs.filter((run) => told.get(run.id)?.key !== keyOf(run));
      for (const run of fresh) told.set(run.id, { key: keyOf(run), at: run.updatedAt.getTime() });
      tell(fresh);
      const last = runs.at(-1);
      // A clock that is ahead must not hide what others tell of.
      if (last) seenUntil = Math.max(seenUntil, Math.min(last.updatedAt.getTime(), now.getTime()));
      if (!last || runs.length < batch) break;
      place = { at: last.updatedAt, id: last.id };
    }
    seenUntil = Math.max(seenUntil, now.getTime() - overlap);
    told = new Map([...told].filter(([, { at }]) => at >= seenUntil - 2 * overlap));
  }

  return (now, tell) => {
    following = following.catch(() => undefined).then(() => follow(now, tell));
    return following;
  };
}

const keyOf = ({ status, retries, updatedAt }: EndedRun) => `${status} ${retries} ${updatedAt.getTime()}`;

async function readEnded(db: Kysely<Database>, after: { at: Date; id: string }): Promise<EndedRun[]> {
  const { rows } = await sql<EndedRun>`
    SELECT id, name, queue, worker, state AS status, retries, runtime_ms AS "runtimeMs", updated_at AS "updatedAt",
      CASE WHEN retries = 0 THEN extract(epoch FROM started_at - enqueued_at)::float8 * 1000 END AS "waitMs"
    FROM task_history
    WHERE (updated_at, id) > (${after.at}, ${after.id}) AND state IN ('SUCCESS', 'FAILURE', 'RETRY', 'REVOKED')
    ORDER BY updated_at, id
    LIMIT ${batch}
  `.execute(db);
  return rows;
}
