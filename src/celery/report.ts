import type { Reporter, RunReport } from '../taskkit/index.js';
import type { Origin } from './accept.js';
import { toPythonException } from './codec/exceptions.js';
import type { Results } from './results.js';
import type { Settler } from './settle.js';

/**
 * Tells Celery what becomes of its tasks in our workers. A worker waits for it before it acknowledges a task, so that a task
 * whose worker dies over its end is run and told again.
 *
 * @param trackStarted Whether the state STARTED is told too; Celery's own workers don't unless `task_track_started` is set.
 */
export function createReporter(results: Results, settler: Settler, { trackStarted }: { trackStarted: boolean }): Reporter {
  return async (report: RunReport) => {
    const { id = report.id, retries: _, ...continuation } = report.origin as unknown as Origin;
    const { at, worker } = report;
    const interim = async (status: 'STARTED' | 'PROGRESS' | 'RETRY', result: unknown, traceback?: string) => {
      if (!continuation.ignoreResult) await results.store(id, continuation, { status, result, traceback, at });
    };
    const exception = toPythonException(report.error ?? { code: 'Error', message: '' });
    const traceback = report.error && (report.error.stack ?? report.error.message);
    switch (report.type) {
      case 'started':
        return trackStarted ? interim('STARTED', { pid: process.pid, hostname: worker }) : undefined;
      case 'progressed':
        return interim('PROGRESS', report.progress);
      case 'retried':
        return interim('RETRY', exception, traceback);
      case 'succeeded':
        return settler.settle({ id, ...continuation, at, status: 'SUCCESS', result: report.result ?? null });
      case 'failed':
        return settler.settle({ id, ...continuation, at, status: 'FAILURE', exception, traceback });
      case 'revoked':
        return settler.settle({ id, ...continuation, at, status: 'REVOKED', exception });
      case 'returned':
        return undefined;
    }
  };
}
