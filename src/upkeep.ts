import type { App } from './app.js';
import { expireHistory, expireSamples, sampleRuns } from './db/history/index.js';
import { expireAudit } from './db/monitor-audit.js';
import { sampleQueues } from './db/queue-samples.js';
import { forgetDeadWorkers, listWorkers } from './db/workers.js';

/** Milliseconds between two rounds. */
const interval = 60_000;
/** How long the levels of queues are kept, in days. */
const sampleDays = 7;

/** The queues where tasks wait that no worker takes. */
async function findUnserved({ broker, db }: App): Promise<string[]> {
  const online = (await listWorkers(db)).filter((worker) => worker.online);
  const counts = await broker.counts();
  return counts
    .filter(({ queue, waiting }) => waiting > 0 && !online.some(({ queues }) => queues.includes(queue)))
    .map(({ queue }) => queue);
}

/** Notes how the queues stand. */
async function takeQueueSamples({ broker, db }: App): Promise<void> {
  const counts = await broker.counts();
  const next = await broker.nextEnqueuedAt(counts.filter(({ waiting }) => waiting > 0).map(({ queue }) => queue));
  const ageOf = (since: Date | undefined) => (since ? Math.max(0, Date.now() - since.getTime()) : null);
  await sampleQueues(
    db,
    counts.map((level) => ({ ...level, oldestMs: ageOf(next.get(level.queue)) })),
  );
}

/**
 * Once a minute: forgets results, history, figures and workers that are too old, notes new figures for the monitor, and warns of
 * queues whose tasks nobody takes, each once until it is served again. Several workers may do so at once. Returns what stops it.
 */
export function startUpkeep(app: App): () => Promise<void> {
  const { broker, db, settings, log } = app;
  let warned: string[] = [];
  const warnOfUnserved = async () => {
    const unserved = await findUnserved(app);
    for (const queue of unserved.filter((found) => !warned.includes(found))) {
      log.warn({ queue }, `No worker serves the queue ${queue}, where tasks wait. Start one with -Q ${queue}`);
    }
    warned = unserved;
  };
  const tend = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      log.warn({}, `${what} did not work: ${(error as Error).message}`);
    }
  };
  const round = async () => {
    await tend('Removing old results', () => broker.expireResults());
    await tend('Removing old task history', () => expireHistory(db, settings.taskHistoryDays));
    await tend('Counting the last runs', () => sampleRuns(db));
    await tend('Noting how the queues stand', () => takeQueueSamples(app));
    await tend('Forgetting dead workers', () => forgetDeadWorkers(db));
    await tend('Removing old audit rows', () => expireAudit(db, settings.monitorAuditDays));
    await tend('Removing old figures', () => expireSamples(db, sampleDays));
    await tend('Looking for queues that nobody serves', warnOfUnserved);
  };
  let running = round();
  const timer = setInterval(() => {
    running = running.then(round);
  }, interval);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
