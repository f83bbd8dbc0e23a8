import type { App } from '../../app.js';
import type { Entry } from '../../taskkit/index.js';

/** What the monitor's routes work with. */
export interface MonitorContext extends Pick<App, 'settings' | 'log' | 'db' | 'databaseUrl' | 'broker' | 'storage'> {
  /** The queues that tasks go to by the settings. */
  queues: readonly string[];
  schedule: readonly Entry[];
  /** Of Journeyman. */
  version: string;
  clock: () => Date;
}
