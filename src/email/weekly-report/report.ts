import { addDays } from '../../calendar.js';
import type { TemplateData } from '../render.js';

/** What is counted for a user's week. */
export type Metric =
  | 'points'
  | 'achievements'
  | 'applications'
  | 'coursesStarted'
  | 'coursesCompleted'
  | 'posts'
  | 'comments'
  | 'likesReceived'
  | 'connections';

/** A figure of the week, and that of the week before. */
export interface Weeks {
  value: number;
  before: number;
}

export interface Profile {
  headline: boolean;
  location: boolean;
  level: boolean;
  /** How many. */
  skills: number;
  /** One that was analysed. */
  resume: boolean;
  endorsed: boolean;
}

/** In the order in which the mail shows them. */
const labels: Record<Metric, string> = {
  points: 'Points',
  achievements: 'Achievements',
  applications: 'Applications',
  coursesStarted: 'Courses started',
  coursesCompleted: 'Courses completed',
  posts: 'Posts',
  comments: 'Comments',
  likesReceived: 'Likes received',
  connections: 'New connections',
};

/** How many per cent each part adds to a profile's strength, and what a user does about it. */
const profileParts: { has: (profile: Profile) => boolean; weight: number; advice: string }[] = [
  { has: ({ resume }) => resume, weight: 25, advice: 'upload a resume' },
  { has: ({ skills }) => skills >= 5, weight: 25, advice: 'list at least five skills' },
  { has: ({ headline }) => headline, weight: 20, advice: 'write a headline' },
  { has: ({ location }) => location, weight: 10, advice: 'say where you live' },
  { has: ({ level }) => level, weight: 10, advice: 'say how experienced you are' },
  { has: ({ endorsed }) => endorsed, weight: 10, advice: 'have a colleague endorse a skill' },
];

/** How complete a profile is, in per cent, and what would add most to it; null when nothing is left to do. */
export function profileStrength(profile: Profile): { percent: number; advice: string | null } {
  const missing = profileParts.filter(({ has }) => !has(profile));
  return {
    percent: missing.reduce((percent, { weight }) => percent - weight, 100),
    advice: missing[0]?.advice ?? null,
  };
}

/** How a figure compares with the week before, in words. */
export function compare({ value, before }: Weeks): string {
  const change = value - before;
  if (change === 0) return '= as in the week before';
  const [arrow, sign, word] = change > 0 ? ['▲', '+', 'more'] : ['▼', '−', 'fewer'];
  if (before === 0) return `${arrow} none in the week before`;
  const difference = `${arrow} ${Math.abs(change).toLocaleString('en')} ${word} than in the week before`;
  if (before < 0) return difference;
  return `${difference} (${sign}${Math.round((Math.abs(change) / before) * 100).toLocaleString('en')} %)`;
}

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/**
 * What the template of the weekly report shows.
 *
 * @param monday The week's first day, YYYY-MM-DD.
 */
export function reportData(
  monday: string,
  figures: Partial<Record<Metric, Weeks>>,
  { unlocked, profile }: { unlocked: string[]; profile: Profile },
): TemplateData {
  const shown = (Object.keys(labels) as Metric[]).flatMap((metric) => {
    const weeks = figures[metric];
    return weeks ? [{ label: labels[metric], value: weeks.value, comparison: compare(weeks) }] : [];
  });
  return {
    week: days.formatRange(new Date(monday), new Date(addDays(monday, 6))),
    points: figures.points?.value ?? 0,
    figures: shown,
    unlocked,
    ...profileStrength(profile),
  };
}
