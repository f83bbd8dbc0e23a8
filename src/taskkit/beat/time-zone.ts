const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const numeric = 'numeric' as const;
  const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, calendar: 'iso8601', hourCycle: 'h23', ...parts });
  formats.set(timezone, format);
  return format;
}

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(formatOf(name));
  } catch {
    return false;
  }
}

/**
 * What a clock on the wall shows at an instant, as the milliseconds at which UTC shows the same.
 *
 * @param instant A whole second, in milliseconds since 1970.
 */
export function wallTimeAt(instant: number, timezone: string): number {
  const parts = formatOf(timezone).formatToParts(instant);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * The first instant at which a clock on the wall shows this time. A time that is skipped when the clocks are put forward
 * stands for the instant at which they are.
 *
 * @param wall As `wallTimeAt` gives it; a whole minute.
 */
export function firstInstantAt(wall: number, timezone: string): number {
  const offsetAt = (instant: number) => wallTimeAt(instant, timezone) - instant;
  // Far enough away to be on either side of a change of the clocks that is near.
  const [before, after] = [offsetAt(wall - day), offsetAt(wall + day)];
  const instants = [wall - Math.max(before, after), wall - Math.min(before, after)];
  const found = instants.find((instant) => wallTimeAt(instant, timezone) === wall);
  if (found !== undefined) return found;

  let [early, late] = instants as [number, number];
  while (late - early > minute) {
    const middle = early + Math.floor((late - early) / 2 / minute) * minute;
    if (offsetAt(middle) === before) early = middle;
    else late = middle;
  }
  return late;
}
