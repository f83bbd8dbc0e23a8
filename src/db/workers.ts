import { hostname } from 'node:os';
import { type Kysely, sql } from 'kysely';
import type { RunningWorker, TaskLogger, WorkerStats } from '../taskkit/index.js';
import type { Database } from './schema.js';

/** How often a worker says that it lives, in seconds. */
const heartbeatSeconds = 5;
/** A worker that has been silent for longer is offline. */
const offlineAfterSeconds = 15;

export interface WorkerInfo {
  name: string;
  hostname: string;
  pid: number;
  queues: string[];
  concurrency: number;
  /** What it says of itself. */
  stats: WorkerStats | null;
}

/**
 * Says every few seconds that a worker lives, until the function it returns is called, which says that it has gone.
 * A database that is away is no reason to stop working; it is said once, and the next beat tries again.
 */
export async function startHeartbeat(
  db: Kysely<Database>,
  worker: Pick<RunningWorker, 'name' | 'queues' | 'concurrency' | 'stats'>,
  log: TaskLogger,
): Promise<() => Promise<void>> {
  const namesake = (await listWorkers(db)).find(({ name, pid, online }) => online && name === worker.name && pid !== process.pid);
  if (namesake)
    log.warn({ pid: namesake.pid }, `Another worker is called ${worker.name} too: give one of them another name with -n`);
  const beat = async () => {
    await sql`
      INSERT INTO workers (name, hostname, pid, queues, concurrency, stats, started_at, heartbeat_at)
      VALUES (
        ${worker.name}, ${hostname()}, ${process.pid}, ${[...worker.queues]}, ${worker.concurrency},
        ${JSON.stringify(worker.stats())}::jsonb, now(), now()
      )
      ON CONFLICT (name) DO UPDATE SET
        hostname = excluded.hostname, queues = excluded.queues, concurrency = excluded.concurrency,
        stats = excluded.stats,
        started_at = CASE WHEN workers.pid = excluded.pid THEN workers.started_at ELSE now() END,
        pid = excluded.pid, heartbeat_at = now()
    `.execute(db);
  };
  await beat();
  let failing = false;
  const timer = setInterval(() => {
    beat().then(
      () => {
        failing = false;
      },
      (error: Error) => {
        if (!failing) log.warn({}, `The heartbeat could not be written: ${error.message}`);
        failing = true;
      },
    );
  }, heartbeatSeconds * 1000);
  return async () => {
    clearInterval(timer);
    await db.deleteFrom('workers').where('name', '=', worker.name).where('pid', '=', process.pid).execute();
  };
}

/** Forgets the workers that have been silent for more than a day: they died, or their machine did. */
export async function forgetDeadWorkers(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('workers').where('heartbeat_at', '<', sql<Date>`now() - interval '1 day'`).execute();
}

export interface WorkerStatus extends WorkerInfo {
  online: boolean;
  startedAt: Date;
  lastSeenAt: Date;
}

/** Every worker that has not said goodbye, by name. */
export async function listWorkers(db: Kysely<Database>): Promise<WorkerStatus[]> {
  return db
    .selectFrom('workers')
    .select([
      'name',
      'hostname',
      'pid',
      'queues',
      'concurrency',
      'stats',
      'started_at as startedAt',
      'heartbeat_at as lastSeenAt',
    ])
    .select(sql<boolean>`heartbeat_at > now() - make_interval(secs => ${offlineAfterSeconds})`.as('online'))
    .orderBy('name')
    .execute();
}
