import type { Run } from '../../db/history/index.js';
import type { WorkerStatus } from '../../db/workers.js';
import type { TaskState } from '../../taskkit/index.js';
import type { JsonValue, TaskErrorInfo, TaskRow, WorkerRow } from '../types/index.js';

/** A time as the pages are told it. */
export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

/** A run of the history as the pages are told of it. */
export const taskRow = (run: Run): TaskRow => ({
  ...run,
  args: run.args as JsonValue,
  result: (run.result ?? null) as JsonValue,
  error: run.error && errorInfo(run.error),
  enqueuedAt: iso(run.enqueuedAt),
  startedAt: isoOrNull(run.startedAt),
  finishedAt: isoOrNull(run.finishedAt),
  updatedAt: iso(run.updatedAt),
});

const errorInfo = ({ code, message, stack }: NonNullable<TaskState['error']>): TaskErrorInfo => ({
  code,
  message,
  ...(stack !== undefined && { stack }),
});

/** A worker as the pages are told of it. */
export function workerRow({ stats, startedAt, lastSeenAt, ...worker }: WorkerStatus): WorkerRow {
  const [one = 0, five = 0, fifteen = 0] = stats?.loadAverage ?? [];
  return {
    ...worker,
    startedAt: iso(startedAt),
    lastSeenAt: iso(lastSeenAt),
    stats: stats && {
      active: stats.active,
      succeeded: stats.outcomes.succeeded,
      failed: stats.outcomes.failed,
      retried: stats.outcomes.retried,
      revoked: stats.outcomes.revoked,
      processed: Object.values(stats.total).reduce((sum, count) => sum + count, 0),
      loadAverage: [one, five, fifteen],
      memoryBytes: stats.rss,
      uptimeSeconds: stats.uptime,
    },
  };
}
