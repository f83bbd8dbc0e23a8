import { hashToken } from '../accounts/index.js';
import { type Handler, handle } from '../taskkit/index.js';
import {
  sendAchievementEmail,
  sendCourseEnrollmentEmail,
  sendJobMatchEmail,
  sendMentorRequestEmail,
  sendPasswordResetEmail,
  sendWelcomeEmail,
} from '../tasks/email.js';
import { deliverMail, type MailServices } from './deliver.js';
import { findEnrolledCourse } from './facts/course-enrollment.js';
import { findJobMatch } from './facts/job-match.js';
import { findMentorRequest } from './facts/mentor-request.js';
import { findPasswordReset } from './facts/password-reset.js';
import { durationText, momentText, salaryText } from './format.js';
import { findPoints, findRecipient } from './queries.js';
import { skillMatch } from './skill-match.js';
import { whyNoJobMatch, whyNoMentorRequest, whyNoPasswordReset } from './skip.js';
import { displayName, shorten, unlinked } from './text.js';

const skipped = (reason: string) => ({ status: 'skipped' as const, reason });

/** The handlers of the tasks that send one mail. `clock` tells whether what a mail is about is still to come. */
export function emailHandlers({ clock, ...services }: MailServices & { clock: () => Date }): Handler[] {
  const { db } = services;
  return [
    handle(sendWelcomeEmail, async ({ userId }, { signal }) =>
      deliverMail(services, {
        uniqueKey: `welcome:${userId}`,
        recipient: await findRecipient(db, userId),
        template: 'welcome',
        data: {},
        signal,
      }),
    ),

    handle(sendAchievementEmail, async ({ userId, achievementName, points }, { signal }) =>
      deliverMail(services, {
        uniqueKey: `achievement:${userId}:${achievementName}`,
        recipient: await findRecipient(db, userId),
        template: 'achievement',
        kind: 'achievements',
        data: { achievementName, points, ...(await findPoints(db, userId)) },
        signal,
      }),
    ),

    handle(sendJobMatchEmail, async ({ userId, jobId }, { signal }) => {
      const recipient = await findRecipient(db, userId);
      const job = await findJobMatch(db, userId, jobId);
      const reason = whyNoJobMatch(job, clock());
      if (reason) return skipped(reason);
      return deliverMail(services, {
        uniqueKey: `job-match:${userId}:${jobId}`,
        recipient,
        template: 'job_match',
        kind: 'job_matches',
        data: {
          jobId,
          title: shorten(job.title, 120),
          company: shorten(job.company, 120),
          location: shorten(job.location, 120),
          remote: job.remote,
          type: job.type.replace('_', ' '),
          salary: salaryText(job),
          ...skillMatch(job.skills),
        },
        signal,
      });
    }),

    handle(sendMentorRequestEmail, async ({ mentorId, sessionId }, { signal }) => {
      const recipient = await findRecipient(db, mentorId);
      const request = await findMentorRequest(db, mentorId, sessionId);
      const reason = whyNoMentorRequest(request);
      if (reason) return skipped(reason);
      return deliverMail(services, {
        uniqueKey: `mentor-request:${sessionId}`,
        recipient,
        template: 'mentor_request',
        kind: 'mentoring',
        data: {
          sessionId,
          mentee: displayName(request.menteeName) || displayName(request.menteeUsername) || 'A member',
          headline: unlinked(request.menteeHeadline ?? '', 160),
          topic: unlinked(request.topic, 300),
          proposedAt: momentText(request.proposedAt, request.timezone),
        },
        signal,
      });
    }),

    handle(sendCourseEnrollmentEmail, async ({ userId, courseId }, { signal }) => {
      const recipient = await findRecipient(db, userId);
      const course = await findEnrolledCourse(db, userId, courseId);
      return deliverMail(services, {
        uniqueKey: `course-enrollment:${userId}:${courseId}`,
        recipient,
        template: 'course_enrollment',
        kind: 'courses',
        data: {
          courseId,
          title: shorten(course.title, 120),
          provider: shorten(course.provider, 120),
          duration: durationText(course.durationHours),
          modules: course.modules.length,
          firstModule: shorten(course.modules[0] ?? '', 120),
        },
        signal,
      });
    }),

    handle(sendPasswordResetEmail, async ({ userId, resetToken }, { signal }) => {
      const recipient = await findRecipient(db, userId);
      const hash = hashToken(resetToken);
      const token = await findPasswordReset(db, userId, hash);
      if (!token) return skipped('unknown token');
      const reason = whyNoPasswordReset(token, clock());
      if (reason) return skipped(reason);
      return deliverMail(services, {
        uniqueKey: `password-reset:${hash.slice(0, 16)}`,
        recipient,
        template: 'password_reset',
        data: { resetToken, expiresAt: momentText(token.expiresAt, token.timezone) },
        signal,
      });
    }),
  ];
}
