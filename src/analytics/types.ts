/**
 * The figures as they are cached and shown. Their definitions are in docs/reference/analytics.md.
 *
 * A share is from 0 to 1 with four decimals; it is null where it would be a part of nothing, and so is a mean or a median.
 * Calendar days are written YYYY-MM-DD, calendar months YYYY-MM, both in the platform's time zone.
 */
import { z } from 'zod';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1).nullable();
/** A mean or a median; two decimals. */
const mean = z.number().min(0).nullable();
/** Of ratings from 1 to 5. */
const rating = z.object({ ratings: count, average: z.number().min(1).max(5).nullable() });
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const month = z.string().regex(/^\d{4}-\d\d$/);

/** What happened on one calendar day: how many events, and by how many users. */
const activityDay = z.object({ date, events: count, users: count });

export const applicationStatuses = ['submitted', 'reviewing', 'interview', 'offered', 'rejected', 'withdrawn'] as const;
export const sessionStatuses = ['requested', 'accepted', 'declined', 'completed', 'cancelled'] as const;
export const jobTypes = ['full_time', 'part_time', 'contract', 'internship', 'temporary'] as const;

const applicationsByStatus = z.record(z.enum(applicationStatuses), count);

const applications = z.object({ total: count, last30Days: count, byStatus: applicationsByStatus });

export const platformFigures = z.object({
  users: z.object({
    /** Whose account is not closed; all that follow are among them, save the closed ones. */
    total: count,
    active: count,
    mentors: count,
    premium: count,
    newLast30Days: count,
    closed: count,
  }),
  content: z.object({
    posts: count,
    comments: count,
    resumes: count,
    courses: count,
    openJobs: count,
    skills: count,
  }),
  engagement: z.object({
    likes: count,
    connections: count,
    endorsements: count,
    enrollments: count,
    completedSessions: count,
    /** Whose calendar days these are. */
    timezone: z.string(),
    /** The last 30 calendar days, today included. */
    days: z.array(activityDay),
    /** Events in these days. */
    events: count,
    /** Users a day, of the 29 days before today. */
    dailyUsers: mean,
  }),
  applications,
});

const skillFigure = z.object({
  skillId: z.number(),
  name: z.string(),
  category: z.string(),
  /** The supply: who holds it. */
  users: count,
  endorsements: count,
  /** The demand: open jobs that ask for it. */
  openJobs: count,
  /** Holders for each open job. */
  usersPerJob: mean,
});

export const skillFigures = z.object({
  totals: z.object({ skills: count, held: count, userSkills: count, endorsements: count, asked: count }),
  mostHeld: z.array(skillFigure),
  mostEndorsed: z.array(skillFigure),
  mostAsked: z.array(skillFigure),
  /** Asked for, with the fewest holders for each open job. */
  scarcest: z.array(skillFigure),
});

const courseFigure = z.object({
  courseId: z.number(),
  title: z.string(),
  enrollments: count,
  completed: count,
  completionRate: share,
  /** Per cent. */
  averageProgress: mean,
  rating,
});

export const courseFigures = z.object({
  totals: z.object({ courses: count, enrollments: count, completed: count, completionRate: share, rating }),
  mostEnrolled: z.array(courseFigure),
  bestRated: z.array(courseFigure),
});

/** Jobs of a kind: those that are open, and the applications to all that ever were. */
const jobGroup = { openJobs: count, applications: count };

export const jobFigures = z.object({
  jobs: z.object({ open: count, closed: count, remote: count }),
  applications,
  /** How many applications came so far at least, and which share of all. */
  funnel: z.array(z.object({ stage: z.enum(['applied', 'answered', 'interview', 'offered']), applications: count, share })),
  timeToAnswer: z.object({ answered: count, waiting: count, meanHours: mean, medianHours: mean, p90Hours: mean }),
  byType: z.array(z.object({ type: z.enum(jobTypes), ...jobGroup })),
  byPlace: z.array(z.object({ place: z.string(), ...jobGroup })),
  mostApplied: z.array(z.object({ jobId: z.number(), title: z.string(), company: z.string(), applications: count })),
});

export const mentoringFigures = z.object({
  mentors: z.object({ total: count, accepting: count }),
  sessions: z.object({
    total: count,
    byStatus: z.record(z.enum(sessionStatuses), count),
    completedLast30Days: count,
  }),
  rating,
  /** By the id only; who is shown, and under which name, is for the reader to find out. */
  topMentors: z.array(z.object({ userId: z.number(), completed: count, rating })),
});

/** What makes a profile complete; each part counts the same. */
export const profileParts = ['headline', 'location', 'level', 'skills', 'resume'] as const;

export const userFigures = z.object({
  profile: z.object({
    /** Per cent. */
    completeness: z.number().int().min(0).max(100),
    missing: z.array(z.enum(profileParts)),
  }),
  achievements: z.object({ points: z.number().int(), unlocked: count, available: count }),
  skills: z.object({
    total: count,
    byHand: count,
    fromResume: count,
    averageProficiency: mean,
    endorsementsReceived: count,
    endorsementsGiven: count,
  }),
  learning: z.object({ enrolled: count, completed: count, completionRate: share, averageProgress: mean }),
  community: z.object({ posts: count, comments: count, likesGiven: count, likesReceived: count, connections: count }),
  jobs: z.object({ applications: count, byStatus: applicationsByStatus, answered: count, medianAnswerHours: mean }),
  mentoring: z.object({
    sessionsAsMentor: count,
    completedAsMentor: count,
    rating,
    sessionsAsMentee: count,
    completedAsMentee: count,
  }),
});

export const heatmapFigures = z.object({
  timezone: z.string(),
  from: date,
  /** Today, of which only what has been so far is counted. */
  to: date,
  events: count,
  /** Every calendar day, in order. */
  days: z.array(activityDay),
  /** Events by weekday, Monday first, and hour of the wall clock, from 0 to 23. */
  weekHours: z.array(z.array(count).length(24)).length(7),
});

export const growthFigures = z.object({
  timezone: z.string(),
  /** Twelve calendar months, in order; the last one is the present one. */
  months: z.array(
    z.object({
      month,
      signUps: count,
      /** Who had signed up by the end of the month. */
      cumulative: count,
      /** Sign-ups as a part of those who had signed up before; may be more than 1. */
      growthRate: z.number().min(0).nullable(),
      /** Of the month's sign-ups: who is active now. */
      active: count,
      activeShare: share,
      /** Of the month's sign-ups: who did something in the calendar month after it. Null until that month is over. */
      returned: count.nullable(),
      returnedShare: share,
    }),
  ),
});

/** The figures of the whole platform, by the key that they are cached under; heatmaps have one key for each number of days. */
export const figureSchemas = {
  platform: platformFigures,
  skills: skillFigures,
  courses: courseFigures,
  jobs: jobFigures,
  mentoring: mentoringFigures,
  growth: growthFigures,
} as const;

export type FigureKey = keyof typeof figureSchemas;
export type Figures<K extends FigureKey> = z.infer<(typeof figureSchemas)[K]>;
export type HeatmapFigures = z.infer<typeof heatmapFigures>;
export type UserFigures = z.infer<typeof userFigures>;

/** Figures with the time that they are of. After `expiresAt` they count as out of date. */
export interface Cached<T> {
  value: T;
  computedAt: Date;
  expiresAt: Date;
}
