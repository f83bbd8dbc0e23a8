import type { App } from './app.js';
import { createControlChannel } from './db/control.js';
import { startHeartbeat } from './db/workers.js';
import { visibleSettings } from './settings.js';
import { type RunningWorker, serveControl } from './taskkit/index.js';

/** Begins a warm shutdown of this process as the signal would, so that whoever waits for it stops all else in order. */
export const shutDown = (): void => void process.emit('SIGTERM');

/** Lets a worker answer `inspect` and `control`. Returns what ends that. */
export const startControl = (
  { settings, log, broker, db, databaseUrl }: App,
  worker: RunningWorker,
): Promise<() => Promise<void>> =>
  serveControl(createControlChannel(db, databaseUrl, log), {
    worker,
    broker,
    conf: visibleSettings(settings),
    shutdown: shutDown,
    log,
  });

/** Makes a worker known to the others while it lives. Returns what ends that. */
export async function announce({ db, log }: App, worker: RunningWorker): Promise<() => Promise<void>> {
  const stopHeartbeat = await startHeartbeat(db, worker, log);
  return () => stopHeartbeat().catch((error: Error) => log.warn({}, `The goodbye could not be written: ${error.message}`));
}
