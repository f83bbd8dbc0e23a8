import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { coded } from '../../errors.js';
import { argumentsFromCelery, findTask } from '../call-by-name.js';
import { describeProblems } from '../message.js';
import type { Json } from '../types.js';
import { type Crontab, crontab, parseCrontab } from './crontab.js';
import { type EntryOptions, problemOf, type Schedule, type ScheduleEntry } from './entries.js';

const field = z.union([z.number(), z.string(), z.array(z.number())], 'not a number, a text or a list of numbers').optional();

const crontabObject = z.strictObject({
  crontab: z.strictObject({
    minute: field,
    hour: field,
    dayOfWeek: field,
    dayOfMonth: field,
    monthOfYear: field,
    timezone: z.string().optional(),
  }),
});

const fileEntry = z.strictObject({
  task: z.string(),
  schedule: z.union(
    [z.number(), z.string(), z.looseObject({})],
    'not seconds, a line such as "*/5 * * * *", or {"crontab": {"hour": 6}}',
  ),
  args: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())], 'neither a list nor an object').default([]),
  kwargs: z.record(z.string(), z.unknown()).default({}),
  options: z
    .strictObject({ queue: z.string().optional(), priority: z.number().optional(), expires: z.number().optional() })
    .default({}),
});

/**
 * Reads a schedule from a JSON file, whose entries are like those of Celery's beat_schedule. Throws SCHEDULE_FILE_UNREADABLE
 * when there is no such file or it is not JSON, and SCHEDULE_INVALID with everything that is wrong in it.
 */
export function readScheduleFile(file: string): Schedule {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw coded('SCHEDULE_FILE_UNREADABLE', { file, reason: (error as Error).message }, { cause: error });
  }
  return parseSchedule(text, file);
}

/** As `readScheduleFile`, of a file that has been read. */
export function parseSchedule(text: string, file: string): Schedule {
  const problems: string[] = [];
  const entries = Object.entries(parseObject(text, file)).flatMap(([name, value]): [string, ScheduleEntry][] => {
    try {
      return [[name, parseEntry(value)]];
    } catch (error) {
      problems.push(error instanceof z.ZodError ? `Entry "${name}": ${describeProblems(error)}.` : problemOf(name, error));
      return [];
    }
  });
  if (problems.length) throw coded('SCHEDULE_INVALID', { problems: problems.join(' ') });
  return Object.fromEntries(entries);
}

function parseObject(text: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw coded('SCHEDULE_FILE_UNREADABLE', { file, reason: (error as Error).message }, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw coded('SCHEDULE_FILE_UNREADABLE', { file, reason: 'it is not an object of entries by name' });
}

function parseEntry(value: unknown): ScheduleEntry {
  const { task: name, schedule, args, kwargs, options } = fileEntry.parse(value);
  const task = findTask(name);
  const [positional, named] = Array.isArray(args) ? [args, kwargs] : [[], { ...args, ...kwargs }];
  return {
    task,
    schedule: parseTiming(schedule),
    args: argumentsFromCelery(task, positional, named) as Record<string, Json>,
    options: options as EntryOptions,
  };
}

function parseTiming(schedule: number | string | Record<string, unknown>): number | Crontab {
  if (typeof schedule === 'number') return schedule;
  if (typeof schedule === 'string') return parseCrontab(schedule);
  return crontab(crontabObject.parse(inCamelCase(schedule)).crontab);
}

/** Celery's names of the fields, such as day_of_week, become ours. */
function inCamelCase(schedule: Record<string, unknown>): Record<string, unknown> {
  if (typeof schedule.crontab !== 'object' || schedule.crontab === null) return schedule;
  const fields = Object.entries(schedule.crontab).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return { ...schedule, crontab: Object.fromEntries(fields) };
}
