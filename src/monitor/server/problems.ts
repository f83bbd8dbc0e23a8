import type { RunSample } from '../../db/history/tally.js';
import type { Problem, QueueRow, ScheduleRow, WorkerRow } from '../types/index.js';
import { byName, figuresOf, total } from './figures.js';

/** What problems are found in. */
export interface Situation {
  services: { database: string | null; broker: string | null };
  queues: readonly QueueRow[];
  workers: readonly WorkerRow[];
  schedule: readonly Pick<ScheduleRow, 'name' | 'lagMs' | 'nextRunAt' | 'paused'>[];
  /** How many waited in each queue ten minutes ago. */
  waitingBefore: ReadonlyMap<string, number>;
  /** The runs of the last 15 minutes. */
  runs: readonly RunSample[];
}

/** A backlog is told of from so many waiting tasks on, when it has grown by half and the first has waited so long. */
const backlog = { waiting: 100, growth: 1.5, oldestMs: 60_000 };
/** A task fails too often: half of at least 5 runs, or a tenth of at least 20. */
const failing = { error: { share: 0.5, runs: 5 }, warning: { share: 0.1, runs: 20 } };
/** A run of the schedule is late after so long, in milliseconds. */
const lateMs = 60_000;

/** What is wrong now, errors first. Pure. */
export function findProblems(situation: Situation): Problem[] {
  const problems = [
    ...serviceProblems(situation),
    ...workerProblems(situation),
    ...situation.queues.flatMap((queue) => queueProblems(queue, situation)),
    ...taskProblems(situation),
    ...scheduleProblems(situation),
  ];
  return problems.sort((one, other) => Number(one.severity === 'warning') - Number(other.severity === 'warning'));
}

function serviceProblems({ services }: Situation): Problem[] {
  return Object.values(services)
    .filter((text) => text !== null)
    .map((text) => ({ kind: 'service', severity: 'error', text, subject: null }));
}

function workerProblems({ workers }: Situation): Problem[] {
  if (!workers.some(({ online }) => online)) {
    return [{ kind: 'no_worker', severity: 'error', text: 'No worker is online: nothing is run.', subject: null }];
  }
  return workers
    .filter(({ online }) => !online)
    .map(({ name }) => ({
      kind: 'no_worker',
      severity: 'warning',
      text: `Worker ${name} is silent and has not said goodbye.`,
      subject: { type: 'worker', name },
    }));
}

function queueProblems(queue: QueueRow, { workers, waitingBefore }: Situation): Problem[] {
  const { name, waiting, paused, consumers, oldestMs } = queue;
  const subject = { type: 'queue' as const, name };
  if (waiting === 0) return [];
  const some = `${waiting} ${waiting === 1 ? 'task waits' : 'tasks wait'} in ${name}`;
  if (paused) return [{ kind: 'paused', severity: 'warning', text: `${some}, which is paused.`, subject }];
  if (consumers.length === 0) {
    // Where there is no worker at all, that is said once.
    const isToldAlready = !workers.some(({ online }) => online);
    return isToldAlready ? [] : [{ kind: 'unserved', severity: 'error', text: `${some}, which no worker serves.`, subject }];
  }
  const before = waitingBefore.get(name);
  const grows = before !== undefined && waiting >= backlog.waiting && waiting > before * backlog.growth;
  if (!grows || (oldestMs ?? 0) < backlog.oldestMs) return [];
  return [{ kind: 'backlog', severity: 'warning', text: `${some}, and there were ${before} ten minutes ago.`, subject }];
}

function taskProblems({ runs }: Situation): Problem[] {
  return [...byName(runs)].flatMap(([name, samples]): Problem[] => {
    const { succeeded, failed, failureRate } = figuresOf(total(samples));
    const isOver = ({ share, runs }: { share: number; runs: number }) =>
      (failureRate ?? 0) >= share && succeeded + failed >= runs;
    const severity = isOver(failing.error) ? 'error' : isOver(failing.warning) ? 'warning' : undefined;
    if (!severity) return [];
    const text = `${failed} of the last ${succeeded + failed} runs of ${name} failed.`;
    return [{ kind: 'failing', severity, text, subject: { type: 'task', name } }];
  });
}

function scheduleProblems({ schedule }: Situation): Problem[] {
  if (schedule.length > 0 && schedule.every(({ nextRunAt, paused }) => nextRunAt === null && !paused)) {
    return [
      { kind: 'no_beat', severity: 'warning', text: 'No beat has been started: nothing runs by the clock.', subject: null },
    ];
  }
  return schedule
    .filter(({ lagMs }) => (lagMs ?? 0) >= lateMs)
    .map(({ name, lagMs }) => ({
      kind: 'late_beat',
      severity: 'error',
      text: `${name} is ${Math.round(lagMs! / 1000)} s late: does a beat run?`,
      subject: { type: 'entry', name },
    }));
}
