import { createBeatStore } from '../../db/schedule.js';
import { describeTiming, type Entry, type EntryState } from '../../taskkit/index.js';
import type { JsonValue, ScheduleRow } from '../types/index.js';
import type { MonitorContext } from './context.js';
import { isoOrNull } from './rows.js';

/** The schedule's entries with what is known of their runs; without those of the last ones. */
export async function scheduleRows({ db, schedule, clock }: Pick<MonitorContext, 'db' | 'schedule' | 'clock'>) {
  const states = new Map((await createBeatStore(db).list()).map((state) => [state.name, state]));
  return schedule.map((entry) => ({ row: scheduleRow(entry, states.get(entry.name), clock()), state: states.get(entry.name) }));
}

function scheduleRow(entry: Entry, state: EntryState | undefined, now: Date): Omit<ScheduleRow, 'lastTask'> {
  const paused = state?.paused ?? false;
  const late = state && !paused ? now.getTime() - state.nextRunAt.getTime() : 0;
  return {
    name: entry.name,
    task: entry.task.taskName,
    timing: describeTiming(entry),
    args: entry.args as JsonValue,
    paused,
    totalRunCount: state?.totalRunCount ?? 0,
    lastRunAt: isoOrNull(state?.lastRunAt),
    nextRunAt: paused ? null : isoOrNull(state?.nextRunAt),
    lagMs: late > 0 ? late : null,
  };
}
