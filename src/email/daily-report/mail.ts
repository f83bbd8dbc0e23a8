import type { DailyReport, ReportFigure } from '../../analytics/index.js';
import type { TemplateData } from '../render.js';

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const dayText = (date: string) => day.format(new Date(date)).replace(',', '');

const whole = new Intl.NumberFormat('en');
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const formats: Record<ReportFigure['unit'], (value: number) => string> = {
  count: (value) => whole.format(value),
  share: (value) => `${oneDecimal.format(value * 100)} %`,
  rating: (value) => oneDecimal.format(value),
};

const valueText = (value: number | null, unit: ReportFigure['unit']) => (value === null ? '–' : formats[unit](value));

/** Tasks that failed, as many as a mail names. */
const failingCount = 10;

/** What the template of the daily report shows. */
export const reportMailData = ({ date, sections, tasks, changes }: DailyReport): TemplateData => ({
  day: dayText(date),
  changes: changes.map(({ text }) => text),
  sections: sections.map(({ label, figures }) => ({
    label,
    figures: figures.map((figure) => ({
      label: figure.label,
      value: valueText(figure.value, figure.unit),
      dayBefore: valueText(figure.dayBefore, figure.unit),
      weekBefore: valueText(figure.weekBefore, figure.unit),
    })),
  })),
  failing: tasks
    .filter(({ failures }) => failures > 0)
    .slice(0, failingCount)
    .map(({ name, failures, runs }) => ({ name: name.split('.').at(-1) ?? name, failures, runs })),
});
