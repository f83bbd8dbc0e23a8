/** A number as the reader's language writes it; from 10,000 on short, such as 12.3K. */
export function formatNumber(value: number): string {
  const short = Math.abs(value) >= 10_000;
  return new Intl.NumberFormat(undefined, {
    notation: short ? 'compact' : 'standard',
    maximumFractionDigits: Number.isInteger(value) && !short ? 0 : 1,
  }).format(value);
}

/** A share from 0 to 1 as a percentage; a small one keeps a digit after the point. */
export function formatShare(share: number): string {
  const digits = share > 0 && share < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** Milliseconds as people say them: `12 ms`, `1.25 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1) return '< 1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${trim(seconds.toFixed(2))} s`;
  if (seconds < 60) return `${trim(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return pair(whole, 3600, 'h', 60, 'min');
  return pair(whole, 86_400, 'd', 3600, 'h');
}

const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function pair(seconds: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigUnit}${rest ? ` ${rest} ${smallUnit}` : ''}`;
}

/** Bytes with a binary unit, such as `12.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${trim((bytes / 1024 ** power).toFixed(power ? 1 : 0))} ${units[power]}`;
}

/** How far a time is from `now`: `just now`, `12 s ago`, `in 5 min`. */
export function formatRelative(time: Date, now: Date): string {
  const ms = now.getTime() - time.getTime();
  if (Math.abs(ms) < 1000) return 'just now';
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [size, unit] = (
    [
      [86_400, 'd'],
      [3600, 'h'],
      [60, 'min'],
      [1, 's'],
    ] as const
  ).find(([length]) => seconds >= length)!;
  const text = `${Math.floor(seconds / size)} ${unit}`;
  return ms > 0 ? `${text} ago` : `in ${text}`;
}

/** A time in the reader's zone, to the second, with the zone's name. */
export const formatTime = (time: Date): string =>
  time.toLocaleString(undefined, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });

/** A time of day in the reader's zone, to the millisecond. */
export const formatClock = (time: Date): string =>
  time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** The last part of a task's full name, which is what people call it. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** `1 task`, `2 tasks`. */
export const countOf = (count: number, noun: string): string => `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
