import type { MetricKey } from './sections.js';
import type { Change, DailyReport, ReportFigure, TaskHealth } from './types.js';

/** How many standard deviations a change must be away from chance, and by what part a count must differ. */
const notableDeviations = 3;
const notablePart = 0.2;

/** Counts that say nothing by themselves: sums since the beginning, and parts of a rate that is judged instead. */
const unjudged: ReadonlySet<string> = new Set<MetricKey>(['totalUsers', 'taskRuns', 'taskFailures', 'taskRetries']);

interface Scored extends Change {
  /** In standard deviations, without sign. */
  strength: number;
}

/** Which day a report is judged by, and what it is called. */
interface Reference {
  day: 'weekBefore' | 'dayBefore';
  name: string;
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

/**
 * The changes worth a sentence, the most striking first. A day is judged by the same weekday a week before, since most things
 * have a weekly rhythm; by the day before when nothing was counted a week before.
 *
 * A count has changed when it differs by a fifth, and by more than three standard deviations of what chance alone does to two counts;
 * a failure rate, when it differs by more than three standard deviations of two shares.
 */
export function findChanges({
  date,
  sections,
  tasks,
}: Pick<DailyReport, 'date' | 'tasks'> & { sections: { figures: ReportFigure[] }[] }): Change[] {
  const figures = sections.flatMap((section) => section.figures);
  const judged = figures.filter(({ key, unit }) => unit === 'count' && !unjudged.has(key));
  const reference: Reference = judged.some(({ weekBefore }) => weekBefore)
    ? { day: 'weekBefore', name: `the ${weekday.format(new Date(date))} before` }
    : { day: 'dayBefore', name: 'the day before' };
  return [
    ...judged.flatMap((figure) => countChange(figure, reference) ?? []),
    ...tasks.flatMap((task) => failureChange(task, reference) ?? []),
  ]
    .sort((one, other) => other.strength - one.strength)
    .map(({ key, direction, text }) => ({ key, direction, text }));
}

const percent = (share: number) => `${Math.round(share * 100).toLocaleString('en')} %`;

function countChange({ key, label, value, ...days }: ReportFigure, reference: Reference): Scored | undefined {
  const before = days[reference.day];
  if (value === null || before === null) return undefined;
  const difference = Math.abs(value - before);
  // The variance of a count of independent events is its mean, and that of a difference the sum of both.
  const strength = difference / Math.sqrt(value + before);
  if (!(strength > notableDeviations) || difference < notablePart * before) return undefined;
  const direction = value > before ? 'up' : 'down';
  const how = before === 0 ? '' : `${percent(difference / before)} `;
  const word = direction === 'up' ? 'more' : 'fewer';
  const [now, then] = [value.toLocaleString('en'), before.toLocaleString('en')];
  return { key, direction, strength, text: `${label}: ${now}, ${how}${word} than ${reference.name} (${then}).` };
}

function failureChange({ name, runs, failures, ...days }: TaskHealth, reference: Reference): Scored | undefined {
  const before = days[reference.day];
  if (!before || before.runs === 0 || runs === 0) return undefined;
  const [rate, rateBefore] = [failures / runs, before.failures / before.runs];
  const together = (failures + before.failures) / (runs + before.runs);
  const deviation = Math.sqrt(together * (1 - together) * (1 / runs + 1 / before.runs));
  const strength = Math.abs(rate - rateBefore) / deviation;
  if (!(strength > notableDeviations)) return undefined;
  const direction = rate > rateBefore ? 'up' : 'down';
  const text =
    `${name.split('.').at(-1)} failed in ${failures.toLocaleString('en')} of ${runs.toLocaleString('en')} runs ` +
    `(${percent(rate)}), ${reference.name} in ${before.failures.toLocaleString('en')} of ${before.runs.toLocaleString('en')}.`;
  return { key: name, direction, strength, text };
}
