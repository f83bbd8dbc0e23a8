import { type Kysely, sql } from 'kysely';
import { countRuns, openSince, type RunSample, readSamples, searchRuns } from '../../db/history/index.js';
import type { Database } from '../../db/schema.js';
import { listWorkers, type WorkerStatus } from '../../db/workers.js';
import type { QueueRow, Snapshot, TaskRow } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { figuresOf, pointsOf, total, windowStart } from './figures.js';
import { findProblems, type Situation } from './problems.js';
import { queueRows } from './queue-rows.js';
import { taskRow, workerRow } from './rows.js';
import { scheduleRows } from './schedule-rows.js';

/** How long the database and the broker have to answer, in milliseconds. */
const patience = 4000;
const minute = 60_000;

/** What the database says. */
interface Stored {
  workers: WorkerStatus[];
  runs: RunSample[];
  lastFailures: TaskRow[];
  schedule: Situation['schedule'];
  waitingBefore: Map<string, number>;
}

const nothing: Stored = { workers: [], runs: [], lastFailures: [], schedule: [], waitingBefore: new Map() };

/** Takes snapshots. Of a service that is away each holds what it said last. */
export function createCamera(context: MonitorContext): () => Promise<Snapshot> {
  const { broker, queues, clock } = context;
  const readStored = storedReader(context);
  let stored = nothing;
  let levels: QueueRow[] = [];

  return async () => {
    const now = clock();
    const database = await faultOf('The database', async () => {
      stored = await readStored(now);
    });
    const away = await faultOf('The broker', async () => {
      levels = await queueRows(broker, { queues, workers: stored.workers, now });
    });
    const services = { database, broker: away };
    const workers = stored.workers.map(workerRow);
    const within = (ms: number) => stored.runs.filter((run) => run.minute.getTime() >= now.getTime() - ms);
    const thisMinute = Math.floor(now.getTime() / minute) * minute;
    return {
      at: now.toISOString(),
      services,
      queues: levels,
      workers,
      lastMinute: figuresOf(total(stored.runs.filter((run) => run.minute.getTime() === thisMinute - minute))),
      lastHour: figuresOf(total(stored.runs)),
      minutes: pointsOf(stored.runs, '1h', now),
      problems: findProblems({ ...stored, services, queues: levels, workers, runs: within(15 * minute) }),
      lastFailures: stored.lastFailures,
    };
  };
}

/** What is wrong with a service, in words; null when it does its work in time. */
async function faultOf(what: string, work: () => Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), patience);
  });
  try {
    await Promise.race([work(), late]);
    return null;
  } catch {
    return `${what} does not answer at the moment. What is shown of it is what it said last.`;
  } finally {
    clearTimeout(timer);
  }
}

/** Reads what the database has for a snapshot. What changes with the minute only is read once a minute. */
function storedReader({ db, schedule, clock }: MonitorContext): (now: Date) => Promise<Stored> {
  const countRecent = sparingCounter(db);
  let sampled: { key: string; runs: RunSample[]; waitingBefore: Map<string, number> } | undefined;

  return async (now) => {
    const from = windowStart('1h', now);
    const open = await openSince(db, { from, now });
    const key = `${from.getTime()} ${open.getTime()}`;
    if (sampled?.key !== key) {
      sampled = {
        key,
        runs: await readSamples(db, { from, stepMs: minute, now }),
        waitingBefore: await waitingTenMinutesAgo(db, now),
      };
    }
    const [workers, recent, failures, entries] = await Promise.all([
      listWorkers(db),
      countRecent(open, now),
      searchRuns(db, {
        conditions: [{ field: 'state', negated: false, values: ['FAILURE'] }],
        limit: 10,
      }),
      scheduleRows({ db, schedule, clock }),
    ]);
    return {
      workers,
      runs: [...sampled.runs, ...recent],
      lastFailures: failures.runs.map(taskRow),
      schedule: entries.map(({ row }) => row),
      waitingBefore: sampled.waitingBefore,
    };
  };
}

/** Counts the runs of the last minutes, but for a tenth of the time at most: meanwhile it gives what it counted last. */
function sparingCounter(db: Kysely<Database>): (open: Date, now: Date) => Promise<RunSample[]> {
  let last = { open: 0, until: 0, runs: [] as RunSample[] };
  return async (open, now) => {
    if (open.getTime() === last.open && Date.now() < last.until) return last.runs;
    const begun = Date.now();
    const runs = await countRuns(db, open, new Date(now.getTime() + minute));
    last = { open: open.getTime(), until: Date.now() + 9 * (Date.now() - begun), runs };
    return runs;
  };
}

async function waitingTenMinutesAgo(db: Kysely<Database>, now: Date): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('queue_samples')
    .distinctOn('queue')
    .select(['queue', 'waiting'])
    .where('minute', '>=', new Date(now.getTime() - 11 * minute))
    .where('minute', '<', sql<Date>`${new Date(now.getTime() - 5 * minute)}`)
    .orderBy('queue')
    .orderBy('minute')
    .execute();
  return new Map(rows.map(({ queue, waiting }) => [queue, waiting]));
}
