import type { ReportFigure } from './types.js';

interface Metric {
  label: string;
  unit: ReportFigure['unit'];
}

const count = (label: string): Metric => ({ label, unit: 'count' });

/** What a report shows, in this order. */
export const sections = {
  users: {
    label: 'Users',
    metrics: {
      signUps: count('Sign-ups'),
      activeUsers: count('Active users'),
      totalUsers: count('Users at the end of the day'),
    },
  },
  content: {
    label: 'Content',
    metrics: { posts: count('Posts'), comments: count('Comments'), resumes: count('Resumes uploaded') },
  },
  engagement: {
    label: 'Engagement',
    metrics: {
      likes: count('Likes'),
      connections: count('New connections'),
      endorsements: count('Endorsements'),
      enrollments: count('Courses started'),
      coursesCompleted: count('Courses completed'),
      achievements: count('Achievements unlocked'),
    },
  },
  jobs: {
    label: 'Jobs',
    metrics: { jobsPosted: count('Jobs posted'), applications: count('Applications'), answers: count('Applications answered') },
  },
  mentoring: {
    label: 'Mentoring',
    metrics: {
      sessionsRequested: count('Sessions requested'),
      sessionsCompleted: count('Sessions completed'),
      averageRating: { label: 'Average rating of those', unit: 'rating' },
    },
  },
  tasks: {
    label: 'Background tasks',
    metrics: {
      taskRuns: count('Runs'),
      taskFailures: count('Failures'),
      taskRetries: count('Retries'),
      taskFailureRate: { label: 'Failure rate', unit: 'share' },
    },
  },
} as const satisfies Record<string, { label: string; metrics: Record<string, Metric> }>;

type Sections = typeof sections;
export type SectionKey = keyof Sections;
export type MetricKey = { [S in SectionKey]: keyof Sections[S]['metrics'] }[SectionKey];

/** The figures of one day; null where there is nothing to say. */
export type DayFigures = Record<MetricKey, number | null>;
