import type { DayCounts } from '../day-counts.js';
import { shareOf } from '../growth/months.js';
import { findChanges } from './changes.js';
import type { Day, TaskDay } from './figures.js';
import { type DayFigures, type MetricKey, sections } from './sections.js';
import type { DailyReport, ReportFigure, TaskHealth } from './types.js';

/** The days that a report looks at. */
export interface ReportDays {
  date: Day;
  dayBefore: Day;
  weekBefore: Day;
}

interface Found {
  days: ReportDays;
  timezone: string;
  /** What happened on the days, others among them. */
  counts: DayCounts[];
  taskDays: TaskDay[];
  slowest: DailyReport['slowest'];
  /** The instant from which on the history of tasks is whole; null when none is kept. */
  historySince: Date | null;
}

/** Makes the report of what was counted. */
export function assembleReport({ days, timezone, counts, taskDays, slowest, historySince }: Found): DailyReport {
  const historyOf = (day: Day) =>
    historySince && day.start >= historySince ? taskDays.filter(({ date }) => date === day.date) : undefined;
  const history = {
    date: historyOf(days.date),
    dayBefore: historyOf(days.dayBefore),
    weekBefore: historyOf(days.weekBefore),
  };
  const figuresOf = (which: keyof ReportDays): DayFigures => ({
    ...counts.find(({ date }) => date === days[which].date)!,
    ...taskFigures(history[which]),
  });
  const [now, dayBefore, weekBefore] = [figuresOf('date'), figuresOf('dayBefore'), figuresOf('weekBefore')];
  const report = {
    date: days.date.date,
    timezone,
    dayBefore: days.dayBefore.date,
    weekBefore: days.weekBefore.date,
    sections: Object.entries(sections).map(([key, { label, metrics }]) => ({
      key,
      label,
      figures: (Object.entries(metrics) as [MetricKey, Pick<ReportFigure, 'label' | 'unit'>][]).map(
        ([metric, about]): ReportFigure => ({
          key: metric,
          ...about,
          value: now[metric],
          dayBefore: dayBefore[metric],
          weekBefore: weekBefore[metric],
        }),
      ),
    })),
    tasks: taskHealth(history),
    slowest,
  };
  return { ...report, changes: findChanges(report) };
}

/** The figures of all tasks together; all null for a day whose history is not kept. */
function taskFigures(tasks: TaskDay[] | undefined): Pick<DayFigures, `task${string}` & MetricKey> {
  if (!tasks) return { taskRuns: null, taskFailures: null, taskRetries: null, taskFailureRate: null };
  const sum = (of: 'runs' | 'failures' | 'retries') => tasks.reduce((total, task) => total + task[of], 0);
  const [runs, failures] = [sum('runs'), sum('failures')];
  return { taskRuns: runs, taskFailures: failures, taskRetries: sum('retries'), taskFailureRate: shareOf(failures, runs) };
}

/** How each task that ended on the day went; those with the most failures first, then those with the most runs. */
function taskHealth({ date, ...others }: Record<keyof ReportDays, TaskDay[] | undefined>): TaskHealth[] {
  const onOtherDay = (tasks: TaskDay[] | undefined, name: string) => {
    if (!tasks) return null;
    const { runs, failures } = tasks.find((task) => task.name === name) ?? { runs: 0, failures: 0 };
    return { runs, failures };
  };
  return (date ?? [])
    .map(({ date: _, ...task }) => ({
      ...task,
      failureRate: shareOf(task.failures, task.runs),
      dayBefore: onOtherDay(others.dayBefore, task.name),
      weekBefore: onOtherDay(others.weekBefore, task.name),
    }))
    .sort((a, b) => b.failures - a.failures || b.runs - a.runs || (a.name < b.name ? -1 : 1));
}
