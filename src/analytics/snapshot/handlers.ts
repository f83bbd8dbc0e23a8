import type { FileStorage } from '../../storage.js';
import { type Handler, handle } from '../../taskkit/index.js';
import { exportAnalyticsSnapshot } from '../../tasks/analytics.js';
import type { AnalyticsServices } from '../services.js';
import { removeOldSnapshots, snapshotFolder } from './library.js';
import { refreshFigures } from './refresh.js';
import { writeSnapshot } from './write.js';

export interface SnapshotServices extends AnalyticsServices {
  storage: FileStorage;
  /** How long snapshots are kept, in days. */
  snapshotDays: number;
}

/** Longer than an export may take, in milliseconds: what was begun so long ago and has not ended never will. */
const abandonedAfter = 2 * 3_600_000;

/** The handler of the export, which also removes what is too old and what killed exports left behind. */
export function snapshotHandlers(services: SnapshotServices): Handler[] {
  const { db, storage, clock, timezone, snapshotDays } = services;
  return [
    handle(exportAnalyticsSnapshot, async (_, { signal }) => {
      const now = clock();
      await storage.removeUnfinished(new Date(now.getTime() - abandonedAfter));
      await refreshFigures(services, now);
      const { name, files } = await writeSnapshot(db, { now, timezone, storage, folder: snapshotFolder, signal });
      const removed = await removeOldSnapshots(storage, { today: name, days: snapshotDays });
      const bytes = files.reduce((total, file) => total + file.bytes, 0);
      // The CSV files hold the same rows once more.
      const rows = files.reduce((total, file) => total + (file.format === 'json' ? file.rows : 0), 0);
      return { name, files: files.length, rows, bytes, removed };
    }),
  ];
}
