import type { Attempt } from '../../db/history/index.js';
import type { TaskRow, TimelineStep } from '../types/index.js';
import { iso } from './rows.js';

/** A task's times, the earliest first. Of its last run the row knows, unless that is to be followed by another one. */
export function timelineOf(row: TaskRow, attempts: readonly Attempt[]): TimelineStep[] {
  const steps = [step('enqueued', row.enqueuedAt), ...attempts.flatMap(stepsOfAttempt)];
  const isKept = attempts.some(({ startedAt }) => iso(startedAt) === row.startedAt);
  if (!isKept) steps.push(...stepsOfLast(row));
  return steps.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

const step = (
  what: TimelineStep['what'],
  at: string,
  worker: string | null = null,
  error: TimelineStep['error'] = null,
): TimelineStep => ({ what, at, worker, error: error && { code: error.code, message: error.message } });

const ends: Partial<Record<TaskRow['status'], TimelineStep['what']>> = { RETRY: 'retried', PENDING: 'returned' };

const stepsOfAttempt = ({ status, worker, startedAt, endedAt, error }: Attempt): TimelineStep[] => [
  step('started', iso(startedAt), worker),
  step(ends[status] ?? 'finished', iso(endedAt), worker, error),
];

function stepsOfLast({ status, worker, startedAt, finishedAt, updatedAt, error }: TaskRow): TimelineStep[] {
  const steps: TimelineStep[] = [];
  if (startedAt) steps.push(step('started', startedAt, worker));
  if (status === 'RETRY') steps.push(step('retried', updatedAt, worker, error));
  if (finishedAt) steps.push(step('finished', finishedAt, worker, error));
  return steps;
}
