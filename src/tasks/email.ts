import { z } from 'zod';
import { task } from '../taskkit/index.js';
import { calendarDay, id } from './fields.js';

/** What became of a mail: sent now, or `skipped` with the reason. */
const returns = {
  status: z.enum(['sent', 'skipped']),
  reason: z.string().optional(),
  mailId: z.number().optional(),
  messageId: z.string().optional(),
};

export const sendWelcomeEmail = task('tasks.email_tasks.send_welcome_email', { userId: id }, { queue: 'email', returns });

export const sendAchievementEmail = task(
  'tasks.email_tasks.send_achievement_email',
  { userId: id, achievementName: z.string().min(1).max(200), points: z.number().int().nonnegative() },
  { queue: 'email', returns },
);

export const sendJobMatchEmail = task(
  'tasks.email_tasks.send_job_match_email',
  { userId: id, jobId: id },
  { queue: 'email', returns },
);

export const sendMentorRequestEmail = task(
  'tasks.email_tasks.send_mentor_request_email',
  { mentorId: id, sessionId: id },
  { queue: 'email', returns },
);

export const sendCourseEnrollmentEmail = task(
  'tasks.email_tasks.send_course_enrollment_email',
  { userId: id, courseId: id },
  { queue: 'email', returns },
);

export const sendPasswordResetEmail = task(
  'tasks.email_tasks.send_password_reset_email',
  { userId: id, resetToken: z.string().min(20).max(200) },
  { queue: 'email', sealed: ['resetToken'], returns },
);

/** The report on a day, for staff. */
export const sendDailyReportEmail = task(
  'tasks.email_tasks.send_daily_report_email',
  { userId: id, date: calendarDay },
  { queue: 'email', returns },
);

/** What became of the mails to many users. `unchanged` are those with nothing new, `failed` those refused for good. */
const batchReturns = {
  users: z.number(),
  sent: z.number(),
  unchanged: z.number(),
  skipped: z.number(),
  failed: z.number(),
};

export const sendDailyDigest = task(
  'tasks.email_tasks.send_daily_digest',
  {},
  { queue: 'email', unique: true, timeLimit: 900, returns: { ...batchReturns, chunks: z.number() } },
);

export const sendWeeklyReport = task(
  'tasks.email_tasks.send_weekly_report',
  {},
  { queue: 'email', unique: true, timeLimit: 900, returns: { ...batchReturns, chunks: z.number() } },
);

/** A part of the users, and the time that decides which day or week the mails are for. */
const chunk = { fromId: id, toId: id, at: z.iso.datetime() };

export const sendDailyDigestChunk = task('tasks.email_tasks.send_daily_digest_chunk', chunk, {
  queue: 'email',
  timeLimit: 900,
  returns: batchReturns,
});

export const sendWeeklyReportChunk = task('tasks.email_tasks.send_weekly_report_chunk', chunk, {
  queue: 'email',
  timeLimit: 900,
  returns: batchReturns,
});
