import { coded } from '../../errors.js';
import { isTimeZone } from './time-zone.js';

/** A number, Celery's text such as `1-5`, `mon,fri` or a star and `/15`, or a list of numbers. */
export type CrontabField = number | string | readonly number[];

/** Celery's crontab: all of its fields must match. A field that is left out matches always. */
export interface CrontabFields {
  minute?: CrontabField | undefined;
  hour?: CrontabField | undefined;
  /** 0 (Sunday) to 6, or names. */
  dayOfWeek?: CrontabField | undefined;
  dayOfMonth?: CrontabField | undefined;
  /** 1 to 12, or names. */
  monthOfYear?: CrontabField | undefined;
  /** Default CELERY_TIMEZONE. */
  timezone?: string | undefined;
}

/** What each field matches, in rising order. */
export interface Crontab {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfWeek: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly monthsOfYear: readonly number[];
  readonly timezone?: string;
}

interface FieldRange {
  name: string;
  min: number;
  max: number;
  /** Names of the numbers from `min` on, by their first three letters. */
  names?: readonly string[];
}

export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

const ranges = {
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  dayOfWeek: { name: 'day of week', min: 0, max: 6, names: weekdays },
  dayOfMonth: { name: 'day of month', min: 1, max: 31 },
  monthOfYear: { name: 'month of year', min: 1, max: 12, names: months },
} satisfies Record<string, FieldRange>;

/** The most days that each month may have. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Makes a crontab, as Celery's `crontab(minute='0', hour='6-18/3')`. Throws CRONTAB_INVALID, naming the field. */
export function crontab(fields: CrontabFields = {}): Crontab {
  const { timezone } = fields;
  if (timezone !== undefined && !isTimeZone(timezone)) {
    throw coded('CRONTAB_INVALID', { field: 'timezone', given: timezone, allowed: 'an IANA time zone such as Europe/Berlin' });
  }
  const daysOfMonth = expandField(fields.dayOfMonth, ranges.dayOfMonth);
  const monthsOfYear = expandField(fields.monthOfYear, ranges.monthOfYear);
  if (!monthsOfYear.some((month) => daysOfMonth[0]! <= longestMonths[month - 1]!)) {
    throw coded('CRONTAB_INVALID', {
      field: 'day of month',
      given: String(fields.dayOfMonth),
      allowed: 'a day that its months have; it would never run',
    });
  }
  return {
    minutes: expandField(fields.minute, ranges.minute),
    hours: expandField(fields.hour, ranges.hour),
    daysOfWeek: expandField(fields.dayOfWeek, ranges.dayOfWeek),
    daysOfMonth,
    monthsOfYear,
    ...(timezone !== undefined && { timezone }),
  };
}

/** Makes a crontab from a line as cron writes it: minute, hour, day of month, month, day of week. */
export function parseCrontab(line: string): Crontab {
  const parts = line.trim().split(/\s+/);
  if (parts.length !== 5) {
    throw coded('CRONTAB_INVALID', { field: 'line', given: line, allowed: 'five fields such as */5 * * * *' });
  }
  const [minute, hour, dayOfMonth, monthOfYear, dayOfWeek] = parts;
  return crontab({ minute, hour, dayOfMonth, monthOfYear, dayOfWeek });
}

const sequence = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function expandField(given: CrontabField = '*', range: FieldRange): number[] {
  const parts = typeof given === 'object' ? given.map(String) : String(given).split(',');
  const numbers = parts.map((part) => expandPart(part.trim().toLowerCase(), range));
  if (numbers.length === 0 || numbers.includes(undefined)) {
    const names = range.names ? `, names such as ${range.names[1]!.slice(0, 3)}` : '';
    throw coded('CRONTAB_INVALID', {
      field: range.name,
      given: String(given),
      allowed: `numbers from ${range.min} to ${range.max}${names}, ranges such as 1-5, *, and /n after a range or *, separated by commas`,
    });
  }
  return [...new Set(numbers.flatMap((group) => group ?? []))].sort((one, other) => one - other);
}

/** What one part between commas matches; undefined when it is wrong. */
function expandPart(part: string, range: FieldRange): number[] | undefined {
  const { min, max } = range;
  const [, first, last, step] = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [undefined, ''];
  if (step !== undefined && (Number(step) === 0 || (first !== undefined && last === undefined))) return undefined;
  const from = first === undefined ? min : numberOf(first, range);
  const to = first === undefined ? max : last === undefined ? from : numberOf(last, range);
  if (from === undefined || to === undefined) return undefined;
  // Celery lets a range run over the end: fri-mon.
  const numbers = from <= to ? sequence(from, to) : [...sequence(from, max), ...sequence(min, to)];
  return numbers.filter((_, index) => index % Number(step ?? 1) === 0);
}

function numberOf(text: string, { min, max, names }: FieldRange): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) >= min && Number(text) <= max ? Number(text) : undefined;
  const index = names?.findIndex((name) => text.length >= 3 && name.startsWith(text)) ?? -1;
  return index < 0 ? undefined : index + min;
}
