import type { App } from './app.js';
import { expireHistory } from './db/history/index.js';
import { listWorkers } from './db/workers.js';

/** Milliseconds between two rounds. */
const interval = 60_000;

/** The queues where tasks wait that no worker takes. */
async function findUnserved({ broker, db }: App): Promise<string[]> {
  const online = (await listWorkers(db)).filter((worker) => worker.online);
  const counts = await broker.counts();
  return counts
    .filter(({ queue, waiting }) => waiting > 0 && !online.some(({ queues }) => queues.includes(queue)))
    .map(({ queue }) => queue);
}

/**
 * Once a minute: forgets results and history that are too old, and warns of queues whose tasks nobody takes, each once until
 * it is served again. Several workers may do so at once. Returns what stops it.
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
