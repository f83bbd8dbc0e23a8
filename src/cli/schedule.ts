import type { App } from '../app.js';
import { createBeatStore } from '../db/schedule.js';
import { scheduleOf } from '../services.js';
import {
  type BeatStore,
  describeTiming,
  type Entry,
  type EntryState,
  findEntry,
  pauseEntry,
  resumeEntry,
  runEntry,
} from '../taskkit/index.js';
import { print } from './context.js';

export type ScheduleChange = 'run' | 'pause' | 'resume';

/** Each makes its change and tells what became of it. */
const changes: Record<ScheduleChange, (entry: Entry, store: BeatStore) => Promise<string>> = {
  run: runEntry,
  pause: async (entry, store) => {
    await pauseEntry(entry, store);
    return `${entry.name} is paused. Resume it with "journeyman schedule resume ${entry.name}".`;
  },
  resume: async (entry, store) => {
    await resumeEntry(entry, store);
    return `${entry.name} runs again.`;
  },
};

/** Changes the entry of this name. Returns what to tell. */
export const changeSchedule = ({ settings, db }: App, change: ScheduleChange, name: string): Promise<string> =>
  changes[change](findEntry(scheduleOf(settings), name), createBeatStore(db));

/** Prints every entry with its last and next run. */
export async function listSchedule({ settings, db }: App): Promise<void> {
  const states = new Map((await createBeatStore(db).list()).map((state) => [state.name, state]));
  const entries = scheduleOf(settings);
  if (entries.length === 0) print('The schedule is empty.');
  for (const entry of entries) {
    print(`${entry.name}${states.get(entry.name)?.paused ? '  (paused)' : ''}`);
    for (const [label, text] of describeEntry(entry, states.get(entry.name), settings.timezone)) {
      print(`  ${label.padEnd(10)}${text}`);
    }
  }
}

function describeEntry(entry: Entry, state: EntryState | undefined, timezone: string): [string, string][] {
  const timeOf = (date: Date | undefined) => date && `${formatTime(date, timezone)} (${timezone})`;
  const next = state?.paused ? 'none while it is paused' : timeOf(state?.nextRunAt);
  const runs = state?.totalRunCount ? `, ${state.totalRunCount} in all` : '';
  return [
    ['task', entry.task.taskName],
    ['runs', describeTiming(entry)],
    ['last run', `${timeOf(state?.lastRunAt) ?? 'none yet'}${runs}`],
    ['next run', next ?? 'reckoned when a beat starts'],
    ['last task', state?.lastTaskId ?? 'none yet'],
  ];
}

/** A time as a clock and a calendar in the zone show it: `2026-11-22 06:00:00`. */
const formatTime = (date: Date, timezone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(date);
