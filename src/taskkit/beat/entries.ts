import { createHash } from 'node:crypto';
import { closest, distance } from 'fastest-levenshtein';
import { coded, JourneymanError } from '../../errors.js';
import { findTask } from '../call-by-name.js';
import { createMessage } from '../message.js';
import type { Task } from '../task.js';
import type { ApplyAsyncOptions, Json } from '../types.js';
import type { Crontab } from './crontab.js';
import type { Timing } from './next-run.js';

/** What is sent with every run of an entry. */
export type EntryOptions = Pick<ApplyAsyncOptions, 'queue' | 'priority'> & {
  /** Seconds after which the task is no longer started. */
  expires?: number;
};

/** One line of a schedule: which task runs when, and with what. */
export interface ScheduleEntry {
  /** The task, or its name. */
  task: { readonly taskName: string } | string;
  /** Whole seconds between two runs, or a crontab. */
  schedule: number | Crontab;
  args?: Record<string, Json>;
  options?: EntryOptions;
}

/** Entries by name; Celery's beat_schedule. */
export type Schedule = Record<string, ScheduleEntry>;

/** An entry that has been checked. */
export interface Entry extends Timing {
  readonly name: string;
  readonly task: Task<never, unknown>;
  readonly args: Record<string, Json>;
  readonly options: EntryOptions;
  /** Differs from that of every entry that is named or defined otherwise. */
  readonly definition: string;
}

/** The most seconds between two runs: a year. */
const maxInterval = 31_536_000;

/**
 * Checks a schedule: its names, tasks, times, arguments and options. Throws SCHEDULE_INVALID with everything that is wrong.
 *
 * @param timezone That of the crontabs which name none.
 */
export function resolveSchedule(schedule: Schedule, timezone: string): Entry[] {
  const problems: string[] = [];
  const entries = Object.entries(schedule).flatMap(([name, entry]) => {
    const problem = problemOfForm(name, entry);
    if (problem) problems.push(`Entry "${name}": ${problem}`);
    try {
      return [resolveEntry(name, entry, timezone)];
    } catch (error) {
      problems.push(problemOf(name, error));
      return [];
    }
  });
  if (problems.length) throw coded('SCHEDULE_INVALID', { problems: problems.join(' ') });
  return entries;
}

/** What is wrong with an entry, in one sentence. Errors of no catalogue are no problem of the entry, and are thrown on. */
export function problemOf(name: string, error: unknown): string {
  if (error instanceof JourneymanError) return `Entry "${name}": ${error.message}`;
  throw error;
}

function problemOfForm(name: string, { schedule }: ScheduleEntry): string | undefined {
  // The name is a part of its tasks' ids.
  if (!/^[\w.-]{1,100}$/.test(name)) return 'The name is not one of 1 to 100 letters, digits, ".", "_" and "-".';
  if (typeof schedule !== 'number' || (Number.isInteger(schedule) && schedule >= 1 && schedule <= maxInterval)) return undefined;
  return `The schedule is ${schedule}, not whole seconds from 1 to ${maxInterval}.`;
}

function resolveEntry(name: string, { task: named, schedule, args = {}, options = {} }: ScheduleEntry, zone: string): Entry {
  const task = findTask(typeof named === 'string' ? named : named.taskName);
  createMessage(task, args, options, { routes: {}, defaultQueue: 'any', sealer: { seal: (text) => text } });
  const timezone = (typeof schedule === 'number' ? undefined : schedule.timezone) ?? zone;
  const definition = hashOf([name, task.taskName, schedule, timezone, args, options]);
  return { name, task, schedule, timezone, args, options, definition };
}

const hashOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);

/** The entry of this name. Throws SCHEDULE_ENTRY_UNKNOWN with the nearest name. */
export function findEntry(entries: readonly Entry[], name: string): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found) return found;
  const names = entries.map((entry) => entry.name);
  const near = names.length ? closest(name, names) : undefined;
  const hint = near && distance(name, near) <= Math.max(name.length, near.length) / 2 ? ` Did you mean ${near}?` : '';
  throw coded('SCHEDULE_ENTRY_UNKNOWN', { name, hint });
}
