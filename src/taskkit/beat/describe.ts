import { type Crontab, months, weekdays } from './crontab.js';
import type { Timing } from './next-run.js';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const capitalised = (name: string) => name[0]!.toUpperCase() + name.slice(1);
const twoDigits = (number: number) => String(number).padStart(2, '0');

/** An entry's schedule in words, such as `every hour` or `at 06:00 on Monday to Friday (Europe/Berlin)`. */
export function describeTiming({ schedule, timezone }: Timing): string {
  return typeof schedule === 'number' ? describeInterval(schedule) : describeCrontab(schedule, timezone);
}

function describeInterval(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds % size === 0)!;
  return seconds === size ? `every ${unit}` : `every ${seconds / size} ${unit}s`;
}

function describeCrontab(crontab: Crontab, timezone: string): string {
  const { daysOfWeek, daysOfMonth, monthsOfYear } = crontab;
  const days = daysOfMonth.length < 31 ? [`on day ${inRanges(daysOfMonth, String)} of the month`] : [];
  const onWeekdays = daysOfWeek.length < 7 ? [`on ${inRanges(daysOfWeek, (number) => capitalised(weekdays[number]!))}`] : [];
  const inMonths = monthsOfYear.length < 12 ? [`in ${inRanges(monthsOfYear, (number) => capitalised(months[number - 1]!))}`] : [];
  return [describeTimes(crontab), ...onWeekdays, ...days, ...inMonths, `(${timezone})`].join(' ');
}

function describeTimes({ minutes, hours }: Crontab): string {
  const step = minutes.length > 1 ? minutes[1]! - minutes[0]! : 60;
  const isEven = minutes.length * step === 60 && minutes.every((minute, index) => minute === index * step);
  if (hours.length === 24 && isEven && minutes.length > 1) return step === 1 ? 'every minute' : `every ${step} minutes`;
  if (hours.length === 24) return `at minute ${inRanges(minutes, String)} of every hour`;
  if (hours.length * minutes.length <= 4) {
    const times = hours.flatMap((hour) => minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}`));
    return `at ${times.join(', ')}`;
  }
  return `at minute ${inRanges(minutes, String)} of hour ${inRanges(hours, String)}`;
}

/** Numbers in rising order as text, three and more in a row as a range. */
function inRanges(numbers: readonly number[], nameOf: (number: number) => string): string {
  const rows: number[][] = [];
  for (const number of numbers) {
    const row = rows.at(-1);
    if (row?.at(-1) === number - 1) row.push(number);
    else rows.push([number]);
  }
  const texts = rows.flatMap((row) =>
    row.length > 2 ? [`${nameOf(row[0]!)} to ${nameOf(row.at(-1)!)}`] : row.map((number) => nameOf(number)),
  );
  return texts.join(', ');
}
