/** Calendar days (YYYY-MM-DD) and months (YYYY-MM) in words. They are the platform's, so the reader's time zone does not shift them. */
const written = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' });
  return (date: string) => format.format(new Date(date));
};

/** Such as `Tue, 3 Mar 2026`. */
export const longDate = written({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
/** Such as `3 Mar`. */
export const shortDate = written({ day: 'numeric', month: 'short' });
/** Such as `Mar`. */
export const shortMonth = written({ month: 'short' });
/** Such as `March 2026`. */
export const longMonth = written({ month: 'long', year: 'numeric' });

/** Days since a Monday long ago; the same week has the same quotient by 7. */
const daysSinceMonday = (date: string) => Date.parse(date) / 86_400_000 + 3;

/** 0 for a Monday. */
export const weekdayOf = (date: string): number => daysSinceMonday(date) % 7;
/** Counts weeks that begin on Mondays. */
export const weekOf = (date: string): number => Math.floor(daysSinceMonday(date) / 7);

const monday = Date.UTC(2024, 0, 1);
const weekdayName = (weekday: Intl.DateTimeFormatOptions['weekday']) => {
  const name = written({ weekday });
  return Array.from({ length: 7 }, (_, index) => name(new Date(monday + index * 86_400_000).toISOString()));
};
/** Monday first. */
export const weekdays = { short: weekdayName('short'), long: weekdayName('long') };

/** An hour of the day, such as `14:00`. */
export const hourOf = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
