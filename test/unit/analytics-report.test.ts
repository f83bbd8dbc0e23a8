import { describe, expect, it } from 'vitest';
import type { DayCounts } from '#src/analytics/day-counts.js';
import { assembleReport } from '#src/analytics/report/assemble.js';
import { findChanges } from '#src/analytics/report/changes.js';
import type { Day, TaskDay } from '#src/analytics/report/figures.js';
import type { ReportFigure } from '#src/analytics/report/types.js';
import { dailyReport } from '#src/analytics/report/types.js';
import { reportMailData } from '#src/email/daily-report/mail.js';

/** A Saturday. */
const date = '2026-11-21';

const figure = (key: string, value: number, days: Partial<ReportFigure> = {}): ReportFigure => ({
  key,
  label: key,
  unit: 'count',
  value,
  dayBefore: 0,
  weekBefore: 0,
  ...days,
});
const task = (name: string, runs: number, failures: number, before: { runs: number; failures: number } | null) => ({
  name: `tasks.test_tasks.${name}`,
  runs,
  failures,
  revoked: 0,
  retries: 0,
  failureRate: failures / runs,
  averageRuntimeMs: 1,
  longestRuntimeMs: 1,
  dayBefore: null,
  weekBefore: before,
});
const changesOf = (figures: ReportFigure[], tasks: ReturnType<typeof task>[] = []) =>
  findChanges({ date, sections: [{ figures }], tasks });

describe('notable changes', () => {
  it('say by how much a figure differs from the same weekday before', () => {
    expect(changesOf([figure('applications', 212, { weekBefore: 145, dayBefore: 210 })])).toEqual([
      { key: 'applications', direction: 'up', text: 'applications: 212, 46 % more than the Saturday before (145).' },
    ]);
    expect(changesOf([figure('posts', 40, { weekBefore: 1000 })])).toEqual([
      { key: 'posts', direction: 'down', text: 'posts: 40, 96 % fewer than the Saturday before (1,000).' },
    ]);
  });

  it('are judged by the day before when nothing was counted a week before', () => {
    expect(changesOf([figure('posts', 50, { dayBefore: 20 }), figure('likes', 3)])).toEqual([
      { key: 'posts', direction: 'up', text: 'posts: 50, 150 % more than the day before (20).' },
    ]);
  });

  it('name no percentage of nothing', () => {
    const [change] = changesOf([figure('posts', 10, { weekBefore: 0 }), figure('likes', 100, { weekBefore: 100 })]);
    expect(change?.text).toBe('posts: 10, more than the Saturday before (0).');
  });

  it.each([
    ['chance explains', 9, 0],
    ['chance explains', 24, 13],
    ['are a small part', 110_000, 100_000],
    ['are none', 5, 5],
    ['cannot be, on an empty platform', 0, 0],
  ])('are not those that %s: %i against %i', (_, value, weekBefore) => {
    expect(changesOf([figure('posts', value, { weekBefore }), figure('likes', 100, { weekBefore: 100 })])).toEqual([]);
  });

  it('are not sums, ratings, or how much work the tasks had', () => {
    const figures = ['totalUsers', 'taskRuns', 'taskFailures', 'taskRetries'].map((key) => figure(key, 900, { weekBefore: 10 }));
    const rating = figure('averageRating', 5, { weekBefore: 1, unit: 'rating' });
    expect(changesOf([...figures, rating, figure('likes', 100, { weekBefore: 100 })])).toEqual([]);
  });

  it('tell of a task that fails more often, or no longer does', () => {
    const steady = figure('likes', 100, { weekBefore: 100 });
    expect(changesOf([steady], [task('send_mail', 340, 34, { runs: 322, failures: 0 })])).toEqual([
      {
        key: 'tasks.test_tasks.send_mail',
        direction: 'up',
        text: 'send_mail failed in 34 of 340 runs (10 %), the Saturday before in 0 of 322.',
      },
    ]);
    expect(changesOf([steady], [task('send_mail', 300, 0, { runs: 300, failures: 60 })])[0]?.direction).toBe('down');
    expect(changesOf([steady], [task('send_mail', 2, 1, { runs: 2, failures: 0 })])).toEqual([]);
    expect(changesOf([steady], [task('send_mail', 10, 10, { runs: 10, failures: 10 })])).toEqual([]);
    expect(changesOf([steady], [task('send_mail', 10, 10, null)])).toEqual([]);
  });

  it('come with the most striking first', () => {
    const figures = [figure('posts', 50, { weekBefore: 10 }), figure('likes', 900, { weekBefore: 100 })];
    expect(changesOf(figures).map(({ key }) => key)).toEqual(['likes', 'posts']);
  });
});

const day = (date: string): Day => ({ date, start: new Date(`${date}T00:00Z`), end: new Date(`${date}T23:59Z`) });
const counts = (date: string, given: Partial<DayCounts> = {}): DayCounts => ({
  date,
  signUps: 0,
  posts: 0,
  comments: 0,
  resumes: 0,
  likes: 0,
  connections: 0,
  endorsements: 0,
  enrollments: 0,
  coursesCompleted: 0,
  achievements: 0,
  jobsPosted: 0,
  applications: 0,
  answers: 0,
  sessionsRequested: 0,
  sessionsCompleted: 0,
  activeUsers: 0,
  totalUsers: 0,
  averageRating: null,
  ...given,
});
const taskDay = (date: string, name: string, given: Partial<TaskDay>): TaskDay => ({
  date,
  name,
  runs: 0,
  failures: 0,
  revoked: 0,
  retries: 0,
  averageRuntimeMs: null,
  longestRuntimeMs: null,
  ...given,
});
const found = {
  days: { date: day(date), dayBefore: day('2026-11-20'), weekBefore: day('2026-11-14') },
  timezone: 'UTC',
  counts: [
    counts('2026-11-14', { signUps: 3 }),
    counts('2026-11-20', { signUps: 2 }),
    counts(date, { signUps: 5, averageRating: 4.25 }),
  ],
  taskDays: [
    taskDay(date, 'a.quiet', { runs: 10, retries: 1 }),
    taskDay(date, 'a.failing', { runs: 4, failures: 3, revoked: 2, averageRuntimeMs: 12, longestRuntimeMs: 40 }),
    taskDay('2026-11-20', 'a.failing', { runs: 8 }),
  ],
  slowest: [],
  historySince: new Date('2026-11-01T00:00Z'),
};

describe('a report', () => {
  it('has every section with each figure beside those of the other days', () => {
    const report = assembleReport(found);
    expect(dailyReport.parse(report)).toEqual(report);
    expect(report.sections.map(({ key }) => key)).toEqual(['users', 'content', 'engagement', 'jobs', 'mentoring', 'tasks']);
    expect(report.sections[0]!.figures[0]).toEqual({
      key: 'signUps',
      label: 'Sign-ups',
      unit: 'count',
      value: 5,
      dayBefore: 2,
      weekBefore: 3,
    });
    expect(report.sections[5]!.figures.map(({ key, value, dayBefore }) => [key, value, dayBefore])).toEqual([
      ['taskRuns', 14, 8],
      ['taskFailures', 3, 0],
      ['taskRetries', 1, 0],
      ['taskFailureRate', 0.2143, 0],
    ]);
  });

  it('lists the tasks, those with the most failures first', () => {
    expect(assembleReport(found).tasks).toEqual([
      {
        name: 'a.failing',
        runs: 4,
        failures: 3,
        revoked: 2,
        retries: 0,
        failureRate: 0.75,
        averageRuntimeMs: 12,
        longestRuntimeMs: 40,
        dayBefore: { runs: 8, failures: 0 },
        weekBefore: { runs: 0, failures: 0 },
      },
      expect.objectContaining({ name: 'a.quiet', runs: 10, failureRate: 0 }),
    ]);
  });

  it('claims nothing of tasks on days whose history is gone, or was never kept', () => {
    const short = assembleReport({ ...found, historySince: new Date('2026-11-18T00:00Z') });
    expect(short.sections[5]!.figures[0]).toMatchObject({ value: 14, dayBefore: 8, weekBefore: null });
    expect(short.tasks[0]).toMatchObject({ dayBefore: { runs: 8 }, weekBefore: null });
    const none = assembleReport({ ...found, historySince: null });
    expect(none.sections[5]!.figures.map(({ value }) => value)).toEqual([null, null, null, null]);
    expect(none.tasks).toEqual([]);
  });

  it('is put in words for the mail', () => {
    const data = reportMailData(assembleReport(found)) as ReturnType<typeof reportMailData> & {
      sections: { figures: object[] }[];
    };
    expect(data).toMatchObject({
      day: 'Saturday 21 November 2026',
      changes: [],
      failing: [{ name: 'failing', failures: 3, runs: 4 }],
    });
    expect(data.sections[4]!.figures[2]).toEqual({
      label: 'Average rating of those',
      value: '4.3',
      dayBefore: '–',
      weekBefore: '–',
    });
    expect(data.sections[5]!.figures[3]).toMatchObject({ value: '21.4 %', dayBefore: '0 %' });
  });
});
