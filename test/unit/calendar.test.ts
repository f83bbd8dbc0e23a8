import { describe, expect, it } from 'vitest';
import { addDays, localDate, startOfDay } from '#src/calendar.js';
import { isoWeek, lastFinishedWeek } from '#src/email/iso-week.js';

describe('the calendar day that it is somewhere', () => {
  const at = new Date('2026-11-22T10:30:00.400Z');

  it.each([
    ['UTC', '2026-11-22'],
    ['Pacific/Kiritimati', '2026-11-23'],
    ['Pacific/Honolulu', '2026-11-22'],
    ['Asia/Kathmandu', '2026-11-22'],
    ['Mars/Olympus', '2026-11-22'],
    ['', '2026-11-22'],
  ])('in %j is %s', (zone, day) => {
    expect(localDate(at, zone)).toBe(day);
  });

  it('changes at midnight there', () => {
    expect(localDate(new Date('2026-11-22T09:59:59.999Z'), 'Pacific/Kiritimati')).toBe('2026-11-22');
    expect(localDate(new Date('2026-11-22T10:00:00Z'), 'Pacific/Kiritimati')).toBe('2026-11-23');
    expect(localDate(new Date('2026-11-22T09:59:59Z'), 'Pacific/Honolulu')).toBe('2026-11-21');
  });
});

describe('the beginning of a day', () => {
  it.each([
    ['UTC', '2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-22', '2026-11-21T10:00:00.000Z'],
    ['Pacific/Honolulu', '2026-11-22', '2026-11-22T10:00:00.000Z'],
    // The clocks of Berlin go forward on 29 March and back on 25 October.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00.000Z'],
    // In Beirut they go forward at midnight: the day begins at one o'clock.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z'],
    ['Mars/Olympus', '2026-11-22', '2026-11-22T00:00:00.000Z'],
  ])('in %s, %s is at %s', (zone, day, instant) => {
    expect(startOfDay(day, zone).toISOString()).toBe(instant);
  });
});

describe('weeks', () => {
  it.each([
    // The examples that ISO 8601 is known for: the year of a week is that of its Thursday.
    ['2026-11-22', '2026-W47'],
    ['2026-11-23', '2026-W48'],
    ['2025-12-29', '2026-W01'],
    ['2026-01-01', '2026-W01'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2021-01-03', '2020-W53'],
    ['2024-12-30', '2025-W01'],
  ])('%s lies in %s', (day, week) => {
    expect(isoWeek(day)).toBe(week);
  });

  it.each([
    ['2026-11-22', '2026-11-09'],
    ['2026-11-23', '2026-11-16'],
    ['2026-11-29', '2026-11-16'],
    ['2027-01-01', '2026-12-21'],
  ])('by %s, the last that has ended is that of %s', (day, monday) => {
    expect(lastFinishedWeek(day)).toBe(monday);
  });

  it('days are added across months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });
});
