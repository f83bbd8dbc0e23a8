import { isTimeZone } from '../taskkit/index.js';

/** What a job pays, such as `€60,000 – €75,000 a year` or `from €60,000 a year`; null when it does not say. */
export function salaryText({
  salaryMin,
  salaryMax,
  currency,
}: {
  salaryMin: number | null;
  salaryMax: number | null;
  /** ISO 4217. */
  currency: string | null;
}): string | null {
  if (currency === null) return null;
  const money = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 0 });
  if (salaryMin === null && salaryMax === null) return null;
  if (salaryMin === null) return `up to ${money.format(salaryMax!)} a year`;
  if (salaryMax === null) return `from ${money.format(salaryMin)} a year`;
  if (salaryMin === salaryMax) return `${money.format(salaryMin)} a year`;
  return `${money.formatRange(salaryMin, salaryMax)} a year`;
}

/** How long a course takes: `45 minutes`, `1 hour`, `1.5 hours`. */
export function durationText(hours: number): string {
  const minutes = Math.max(1, Math.round(hours * 60));
  const [amount, unit] = minutes < 60 ? [minutes, 'minute'] : [Math.round(hours * 10) / 10, 'hour'];
  return `${amount.toLocaleString('en')} ${unit}${amount === 1 ? '' : 's'}`;
}

/**
 * A moment as someone in the time zone reads it, such as `Thursday 26 November 2026, 15:30 (Europe/Berlin)`.
 * In UTC when the zone is not known here.
 */
export function momentText(moment: Date, timeZone: string): string {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone }).format(moment).replace(',', '');
  const day = part({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const time = part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return `${day}, ${time} (${zone})`;
}
