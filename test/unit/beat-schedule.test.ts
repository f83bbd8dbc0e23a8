import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { crontab, parseCrontab } from '#src/taskkit/beat/crontab.js';
import { describeTiming } from '#src/taskkit/beat/describe.js';
import { findEntry, resolveSchedule, type Schedule } from '#src/taskkit/beat/entries.js';
import { parseSchedule, readScheduleFile } from '#src/taskkit/beat/schedule-file.js';
import { task } from '#src/taskkit/index.js';
import '#src/tasks/achievements.js';

const report = task(
  'tests.beat_tasks.write_report',
  { days: z.number().int().positive(), forUser: z.string().optional() },
  { queue: 'reports', returns: {} },
);
const clean = task('tests.beat_tasks.clean_up', {}, { returns: {} });

const read = (entries: object) => parseSchedule(JSON.stringify(entries), 'schedule.json');
const codeAndText = (code: string, ...texts: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(texts.join('.*'), 's')) });

describe('a schedule in code', () => {
  const given: Schedule = {
    report: { task: report, schedule: 3600, args: { days: 7 }, options: { queue: 'slow', priority: 3, expires: 60 } },
    'clean.up': { task: 'clean_up', schedule: crontab({ hour: 6, minute: 0, timezone: 'Europe/Berlin' }) },
  };

  it('is checked, and its crontabs get a time zone', () => {
    expect(resolveSchedule(given, 'Asia/Tokyo')).toMatchObject([
      { name: 'report', task: report, schedule: 3600, args: { days: 7 } },
      { name: 'clean.up', task: clean, timezone: 'Europe/Berlin', args: {} },
    ]);
    const [entry] = resolveSchedule({ clean: { task: clean, schedule: crontab() } }, 'Asia/Tokyo');
    expect(entry).toMatchObject({ timezone: 'Asia/Tokyo' });
  });

  it('has a definition for each entry, which changes with whatever is defined', () => {
    const definitionOf = (change: object, zone = 'UTC', name = 'a') =>
      resolveSchedule({ [name]: { task: report, schedule: 60, args: { days: 1 }, ...change } }, zone)[0]!.definition;
    const definitions = [
      definitionOf({}),
      definitionOf({}, 'UTC', 'b'),
      definitionOf({ schedule: 61 }),
      definitionOf({ args: { days: 2 } }),
      definitionOf({ options: { priority: 1 } }),
      definitionOf({ schedule: crontab() }),
      definitionOf({ schedule: crontab() }, 'Asia/Tokyo'),
      definitionOf({ task: clean, args: {} }),
    ];
    expect(new Set(definitions).size).toBe(definitions.length);
    expect(definitionOf({})).toBe(definitions[0]);
  });

  it('names everything that is wrong with it, at once', () => {
    const wrong: Schedule = {
      'a name': { task: clean, schedule: 60 },
      often: { task: clean, schedule: 0.5 },
      lost: { task: 'tests.beat_tasks.clean_down', schedule: 60 },
      badArgs: { task: report, schedule: 60, args: { days: -1 } },
      badOptions: { task: clean, schedule: 60, options: { priority: 10 } },
    };
    expect(() => resolveSchedule(wrong, 'UTC')).toThrow(
      codeAndText(
        'SCHEDULE_INVALID',
        'Entry "a name": The name',
        'Entry "often": The schedule is 0.5, not whole seconds',
        'Entry "lost": .*Did you mean tests.beat_tasks.clean_up',
        'Entry "badArgs": .*days',
        'Entry "badOptions": .*priority is 10',
      ),
    );
  });

  it('finds an entry by name, or says which one may be meant', () => {
    const entries = resolveSchedule(given, 'UTC');
    expect(findEntry(entries, 'report')).toBe(entries[0]);
    expect(() => findEntry(entries, 'raport')).toThrow(codeAndText('SCHEDULE_ENTRY_UNKNOWN', 'Did you mean report\\?'));
    expect(() => findEntry(entries, 'something-else')).toThrow(codeAndText('SCHEDULE_ENTRY_UNKNOWN', 'in the schedule\\.$'));
    expect(() => findEntry([], 'report')).toThrow(codeAndText('SCHEDULE_ENTRY_UNKNOWN'));
  });
});

describe('a schedule in a file', () => {
  it("is written as Celery's", () => {
    const schedule = read({
      seconds: { task: 'tests.beat_tasks.clean_up', schedule: 86400 },
      line: { task: 'clean_up', schedule: '*/5 * * * *' },
      crontab: {
        task: 'write_report',
        schedule: { crontab: { minute: '0', hour: [6, 18], day_of_week: 'mon-fri', timezone: 'Europe/Berlin' } },
        args: [7],
        kwargs: { for_user: 'sam' },
        options: { queue: 'slow', expires: 600 },
      },
      named: { task: 'write_report', schedule: 60, args: { days: 7 } },
    });
    expect(schedule).toMatchObject({
      seconds: { schedule: 86400, args: {} },
      line: { schedule: parseCrontab('*/5 * * * *') },
      crontab: {
        schedule: crontab({ minute: 0, hour: '6,18', dayOfWeek: 'mon-fri', timezone: 'Europe/Berlin' }),
        args: { days: 7, forUser: 'sam' },
        options: { queue: 'slow', expires: 600 },
      },
      named: { args: { days: 7 } },
    });
    expect(resolveSchedule(schedule, 'UTC')).toHaveLength(4);
  });

  it('may be written as the guide shows', () => {
    const guide = readFileSync(new URL('../../docs/guide/schedule.md', import.meta.url), 'utf8');
    const [, example] = /```json\n(.*?)```/s.exec(guide)!;
    const entries = resolveSchedule(parseSchedule(example!, 'schedule.json'), 'UTC');
    expect(entries.map(({ args }) => args)).toEqual([{ userId: 1 }, { userId: 1 }, { userId: 1 }]);
  });

  it('names everything that is wrong in it, at once', () => {
    const wrong = {
      lost: { task: 'tests.beat_tasks.clean_upp', schedule: 60 },
      misspelt: { task: 'clean_up', schedul: 60 },
      time: { task: 'clean_up', schedule: { crontab: { minute: 61 } } },
      field: { task: 'clean_up', schedule: { crontab: { minutes: 1 } } },
      line: { task: 'clean_up', schedule: 'every day' },
      args: { task: 'clean_up', schedule: 60, args: [1] },
      type: { task: 'clean_up', schedule: true },
      nothing: null,
    };
    expect(() => read(wrong)).toThrow(
      codeAndText(
        'SCHEDULE_INVALID',
        'Entry "lost": .*Did you mean tests.beat_tasks.clean_up',
        'Entry "misspelt": .*schedul',
        'Entry "time": The crontab field minute is "61"',
        'Entry "field": .*minutes',
        'Entry "line": The crontab field line is "every day"',
        'Entry "args": .*1 positional',
        'Entry "type": schedule: not seconds',
        'Entry "nothing": ',
      ),
    );
  });

  it.each(['[]', 'null', '{', '"text"'])('that holds %s is refused', (text) => {
    expect(() => parseSchedule(text, 'schedule.json')).toThrow(codeAndText('SCHEDULE_FILE_UNREADABLE', 'schedule.json'));
  });

  it('that is not there is refused', () => {
    expect(() => readScheduleFile(`${tmpdir()}/no/schedule.json`)).toThrow(codeAndText('SCHEDULE_FILE_UNREADABLE', 'ENOENT'));
  });
});

describe('in words', () => {
  it.each([
    [1, 'every second'],
    [90, 'every 90 seconds'],
    [300, 'every 5 minutes'],
    [3600, 'every hour'],
    [86_400, 'every day'],
    ['* * * * *', 'every minute (UTC)'],
    ['*/15 * * * *', 'every 15 minutes (UTC)'],
    ['5 * * * *', 'at minute 5 of every hour (UTC)'],
    ['*/25 * * * *', 'at minute 0, 25, 50 of every hour (UTC)'],
    ['0 6,18 * * *', 'at 06:00, 18:00 (UTC)'],
    ['0 6 * * mon-fri', 'at 06:00 on Monday to Friday (UTC)'],
    ['*/20 8-17 1,15 * *', 'at minute 0, 20, 40 of hour 8 to 17 on day 1, 15 of the month (UTC)'],
    ['30 2 * jan,jun-aug sun', 'at 02:30 on Sunday in January, June to August (UTC)'],
  ])('%s is "%s"', (schedule, expected) => {
    const timing = { schedule: typeof schedule === 'number' ? schedule : parseCrontab(schedule), timezone: 'UTC' };
    expect(describeTiming(timing)).toBe(expected);
  });
});
