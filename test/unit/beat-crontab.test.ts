import { describe, expect, it } from 'vitest';
import { type CrontabFields, crontab, parseCrontab } from '#src/taskkit/beat/crontab.js';

const everything = {
  minutes: Array.from({ length: 60 }, (_, n) => n),
  hours: Array.from({ length: 24 }, (_, n) => n),
  daysOfWeek: [0, 1, 2, 3, 4, 5, 6],
  daysOfMonth: Array.from({ length: 31 }, (_, n) => n + 1),
  monthsOfYear: Array.from({ length: 12 }, (_, n) => n + 1),
};

describe('a crontab', () => {
  it('matches every minute when nothing is said', () => {
    expect(crontab()).toEqual(everything);
  });

  it.each<[CrontabFields, object]>([
    [{ minute: 0 }, { minutes: [0] }],
    [{ minute: '*/15' }, { minutes: [0, 15, 30, 45] }],
    [{ minute: [30, 0, 30] }, { minutes: [0, 30] }],
    [{ hour: '0-23/6' }, { hours: [0, 6, 12, 18] }],
    [{ hour: '8-10, 20' }, { hours: [8, 9, 10, 20] }],
    [{ dayOfMonth: '*/10' }, { daysOfMonth: [1, 11, 21, 31] }],
    [{ dayOfWeek: 'mon,fri' }, { daysOfWeek: [1, 5] }],
    [{ dayOfWeek: 'Monday-Friday' }, { daysOfWeek: [1, 2, 3, 4, 5] }],
    [{ dayOfWeek: 'fri-mon' }, { daysOfWeek: [0, 1, 5, 6] }],
    [{ monthOfYear: 'nov-feb' }, { monthsOfYear: [1, 2, 11, 12] }],
    [{ monthOfYear: '10-3/2' }, { monthsOfYear: [2, 10, 12] }],
    [{ timezone: 'Europe/Berlin' }, { timezone: 'Europe/Berlin' }],
  ])('reads %j as Celery does', (fields, expected) => {
    expect(crontab(fields)).toEqual({ ...everything, ...expected });
  });

  it('is read from a line in the order of cron', () => {
    expect(parseCrontab(' */30 6  1,15 jan mon ')).toEqual({
      minutes: [0, 30],
      hours: [6],
      daysOfMonth: [1, 15],
      monthsOfYear: [1],
      daysOfWeek: [1],
    });
  });

  it.each<[CrontabFields, string]>([
    [{ minute: 60 }, 'minute field'],
    [{ minute: '' }, 'minute'],
    [{ minute: [] }, 'minute'],
    [{ minute: -1 }, 'minute'],
    [{ minute: 1.5 }, 'minute'],
    [{ minute: '*/0' }, 'minute'],
    [{ minute: '5/15' }, 'minute'],
    [{ minute: '1,,2' }, 'minute'],
    [{ hour: '24' }, 'hour'],
    [{ hour: 'mon' }, 'hour'],
    [{ dayOfWeek: '7' }, 'day of week'],
    [{ dayOfWeek: 'mo' }, 'day of week'],
    [{ dayOfMonth: '0' }, 'day of month'],
    [{ monthOfYear: 'smarch' }, 'month of year'],
    [{ timezone: 'Mars/Olympus' }, 'timezone'],
    [{ dayOfMonth: '30,31', monthOfYear: 'feb' }, 'never run'],
  ])('refuses %j', (fields, named) => {
    const expected = expect.objectContaining({ code: 'CRONTAB_INVALID', message: expect.stringContaining(named.split(' ')[0]!) });
    expect(() => crontab(fields)).toThrow(expected);
  });

  it.each(['* * * *', '* * * * * *', ''])('refuses the line "%s"', (line) => {
    expect(() => parseCrontab(line)).toThrow(expect.objectContaining({ code: 'CRONTAB_INVALID' }));
  });

  it('takes 29 February, which comes', () => {
    expect(crontab({ dayOfMonth: 29, monthOfYear: 2 })).toMatchObject({ daysOfMonth: [29], monthsOfYear: [2] });
  });
});
