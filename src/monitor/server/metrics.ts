import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EndedRun } from '../../db/history/index.js';
import type { ScheduleRow, Snapshot } from '../types/index.js';

/** How many values a label has; what comes later counts as `other`. */
const mostValues = 200;
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

const types = { SUCCESS: 'succeeded', FAILURE: 'failed', RETRY: 'retried', REVOKED: 'revoked' } as const;

export interface Metrics {
  /** Counts runs; each is to be told once. */
  count(runs: readonly EndedRun[]): void;
  /** All metrics in Prometheus' text format, those that have no history as they stand in the snapshot. */
  write(snapshot: Snapshot, schedule: readonly Pick<ScheduleRow, 'name' | 'lagMs'>[]): Promise<string>;
  readonly contentType: string;
}

/** The metrics of a process. What is counted begins at 0 with it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const worker = bounded();
  const task = bounded();
  const queue = bounded();

  const events = new Counter({
    name: 'journeyman_task_events_total',
    help: 'Runs that ended, by worker, task and how they ended: succeeded, failed, retried or revoked.',
    labelNames: ['worker', 'task', 'type'],
    registers,
  });
  const runtime = new Histogram({
    name: 'journeyman_task_runtime_seconds',
    help: 'How long runs took, by task.',
    labelNames: ['task'],
    buckets: seconds,
    registers,
  });
  const wait = new Histogram({
    name: 'journeyman_task_wait_seconds',
    help: 'How long tasks waited from when they were enqueued until their first run started, by queue.',
    labelNames: ['queue'],
    buckets: seconds,
    registers,
  });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name, help, labelNames, registers });
  const up = gauge('journeyman_service_up', 'Whether the database and the broker answer: 1 or 0.', ['service']);
  const online = gauge('journeyman_worker_online', 'Whether a worker is online (1), or silent without having said goodbye (0).', [
    'worker',
  ]);
  const executing = gauge('journeyman_worker_executing_tasks', 'Tasks that a worker runs now.', ['worker']);
  const tasks = gauge('journeyman_queue_tasks', 'Tasks in a queue by state: waiting, active, delayed or failed.', [
    'queue',
    'state',
  ]);
  const oldest = gauge(
    'journeyman_queue_oldest_waiting_seconds',
    'For how long the next task of a queue has been waiting; 0 when none waits.',
    ['queue'],
  );
  const lag = gauge('journeyman_beat_lag_seconds', 'How late the next run of a schedule entry is; 0 when it is not.', ['entry']);
  const gauges = [up, online, executing, tasks, oldest, lag];

  return {
    contentType: registry.contentType,
    count(runs) {
      for (const run of runs) {
        const name = task(run.name);
        events.inc({ worker: worker(run.worker ?? 'unknown'), task: name, type: types[run.status] });
        if (run.runtimeMs !== null) runtime.observe({ task: name }, run.runtimeMs / 1000);
        if (run.waitMs !== null) wait.observe({ queue: queue(run.queue) }, Math.max(0, run.waitMs) / 1000);
      }
    },
    write(snapshot, schedule) {
      for (const one of gauges) one.reset();
      for (const [service, fault] of Object.entries(snapshot.services)) up.set({ service }, fault === null ? 1 : 0);
      for (const row of snapshot.workers.slice(0, mostValues)) {
        online.set({ worker: row.name }, row.online ? 1 : 0);
        executing.set({ worker: row.name }, row.stats?.active ?? 0);
      }
      for (const { name, waiting, active, delayed, failed, oldestMs } of snapshot.queues.slice(0, mostValues)) {
        for (const [state, count] of Object.entries({ waiting, active, delayed, failed }))
          tasks.set({ queue: name, state }, count);
        oldest.set({ queue: name }, (oldestMs ?? 0) / 1000);
      }
      for (const { name, lagMs } of schedule) lag.set({ entry: name }, (lagMs ?? 0) / 1000);
      return registry.metrics();
    },
  };
}

/** Keeps the first values of a label as they are. */
function bounded(): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.size < mostValues) known.add(value);
    return known.has(value) ? value : 'other';
  };
}
