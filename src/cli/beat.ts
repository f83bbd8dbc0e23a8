import type { Command } from 'commander';
import { type App, openApp } from '../app.js';
import { createBeatStore } from '../db/schedule.js';
import { scheduleOf, startAppBeat } from '../services.js';
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
import { openServiceContext, print, serveUntilSignal, withApp } from './context.js';

/** `beat`, and the commands that look at the schedule and change it. */
export function addBeatCommands(program: Command): void {
  program
    .command('beat')
    .description('send the tasks of the schedule when they are due, until a signal says stop')
    .option('-l, --loglevel <level>', 'debug, info, warning, error or critical')
    .action(async ({ loglevel }: { loglevel?: string }) => {
      const context = openServiceContext('beat', { LOG_LEVEL: loglevel });
      const app = await openApp(context.settings, context.log);
      try {
        await serveUntilSignal(context, await startAppBeat(app));
      } finally {
        await app.close();
      }
    });

  const schedule = program
    .command('schedule')
    .description('list what runs by the clock, with its last and next run')
    .action(() => withApp('schedule', listSchedule));

  const addChange = (name: string, description: string, act: (entry: Entry, store: BeatStore) => Promise<string>) =>
    schedule
      .command(name)
      .description(description)
      .argument('<name>', "the entry's name")
      .action((entryName: string) =>
        withApp('schedule', async ({ settings, db }) =>
          print(await act(findEntry(scheduleOf(settings), entryName), createBeatStore(db))),
        ),
      );
  addChange('run', "send an entry's task now, beside its regular runs, and print its id", runEntry);
  addChange('pause', "hold an entry's regular runs back", async (entry, store) => {
    await pauseEntry(entry, store);
    return `${entry.name} is paused. Resume it with "journeyman schedule resume ${entry.name}".`;
  });
  addChange('resume', 'let a paused entry run again', async (entry, store) => {
    await resumeEntry(entry, store);
    return `${entry.name} runs again.`;
  });
}

async function listSchedule({ settings, db }: App): Promise<void> {
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
