import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testKit } from '#src/taskkit/testing/index.js';
import {
  sendCourseEnrollmentEmail,
  sendJobMatchEmail,
  sendMentorRequestEmail,
  sendPasswordResetEmail,
} from '#src/tasks/email.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hostileNames } from '../unit/email-hostile-names.js';
import { reply } from './email-smtp-server.js';
import { createUser, type MailTasks, mailLog, now, startMailTasks } from './email-tasks.js';

let database: TestDatabase;
let tasks: MailTasks;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  tasks = await startMailTasks(database);
});
afterEach(() => tasks.close());

const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const person = (values: Parameters<typeof createUser>[1] = {}) => createUser(database, values);
/** What PostgreSQL can store of a hostile text. */
const storable = (text: string) => text.replaceAll(/[\0\ud800]/g, '');

/** The one mail that the server got, with its two texts. */
function theMail() {
  const [mail] = tasks.server.mails;
  expect(tasks.server.mails).toHaveLength(1);
  return { subject: mail?.subject ?? '', html: mail?.html || '', text: mail?.text ?? '', headers: mail!.headers, to: mail!.to };
}

/** Holds for a mail whatever was written into it. */
function expectHarmless({ subject, html, text, headers }: ReturnType<typeof theMail>, address: string): void {
  expect(headers.has('bcc')).toBe(false);
  expect(headers.get('to')).toMatchObject({ value: [{ address }] });
  expect(subject).not.toMatch(/\p{Cc}|\u202e/u);
  expect(Array.from(subject).length).toBeLessThanOrEqual(150);
  expect(html).not.toMatch(/<script|onmouseover="/);
  expect(text).not.toMatch(/^Bcc:/m);
  for (const part of [subject, html, text]) expect(part).not.toMatch(/evil\.example|x{200}|\b49\b|\u202e/);
}

describe('send_job_match_email', () => {
  const jobMatch = (userId: number, jobId: number) => tasks.run(sendJobMatchEmail, { userId, jobId });

  interface JobValues {
    title?: string;
    company?: string;
    location?: string;
    remote?: boolean;
    salary_min?: number | null;
    salary_max?: number | null;
    currency?: string | null;
    status?: 'open' | 'closed';
    expires_at?: Date | null;
  }
  const createJob = (values: JobValues = {}) =>
    database.db
      .insertInto('jobs')
      .values({
        title: 'Backend Engineer',
        company: 'Parcelwise',
        description: 'Parcels',
        location: 'Leeds, United Kingdom',
        level: 'mid',
        type: 'full_time',
        salary_min: 60_000,
        salary_max: 75_000,
        currency: 'EUR',
        posted_at: hours(-48),
        ...values,
      })
      .returning('id')
      .executeTakeFirstOrThrow();

  let skillCount = 0;
  /** Skills that the job asks for, by name and weight, of which the user holds those in `held`. */
  async function askFor(jobId: number, userId: number, weights: Record<string, number>, held: string[]) {
    for (const [name, weight] of Object.entries(weights)) {
      skillCount += 1;
      const skill = await database.db
        .insertInto('skills')
        .values({ name, slug: `skill-${skillCount}`, category: 'test' })
        .returning('id')
        .executeTakeFirstOrThrow();
      await database.db.insertInto('job_skills').values({ job_id: jobId, skill_id: skill.id, weight }).execute();
      if (!held.includes(name)) continue;
      await database.db
        .insertInto('user_skills')
        .values({ user_id: userId, skill_id: skill.id, proficiency: 3, source: 'manual' })
        .execute();
    }
  }

  it('tells what the job is, what it pays, and how well the skills match, each counting by its weight', async () => {
    const user = await person();
    const job = await createJob({ remote: true });
    await askFor(job.id, user.id, { Cobol: 5, Fortran: 3, 'C++': 2 }, ['Cobol', 'C++']);
    const result = await jobMatch(user.id, job.id);

    expect(result).toMatchObject({ status: 'sent', mailId: expect.any(Number) });
    const { subject, text, html, headers } = theMail();
    expect(subject).toBe('70% match: Backend Engineer at Parcelwise');
    expect(text).toContain('Hello Maya Okafor,');
    expect(text).toContain('70% match with the skills in your profile');
    expect(text).toContain('Place: Leeds, United Kingdom, remote work possible');
    expect(text).toContain('Type: Full time');
    expect(text).toContain('Salary: €60,000 – €75,000 a year');
    expect(text).toContain('It asks for, and you have:\nCobol, C++\n');
    expect(text).toContain('your profile does not name:\nFortran\n');
    expect(text).toContain(`See the job: https://careers.example.com/jobs/${job.id}\n`);
    for (const part of ['70%', 'Parcelwise', '€60,000 – €75,000 a year', 'Cobol', 'C++', 'Fortran', 'Leeds']) {
      expect(html).toContain(part);
    }
    expect(html).toContain(`href="https://careers.example.com/jobs/${job.id}"`);
    expect(headers.get('from')).toMatchObject({ text: '"Careers" <careers@platform.example>' });
    expect(headers.get('list')).toMatchObject({ unsubscribe: { url: expect.stringContaining('/api/unsubscribe?token=') } });
    expect(html).toContain('unsubscribe from mails like this');
    expect(await mailLog(database, user.id)).toMatchObject([
      { unique_key: `job-match:${user.id}:${job.id}`, status: 'sent', template: 'job_match', subject },
    ]);
  });

  it('leaves out what the job does not say, and boasts of no match when there is none', async () => {
    const user = await person();
    const job = await createJob({ salary_min: null, salary_max: null, currency: null });
    await askFor(job.id, user.id, { Ada: 1 }, []);
    await jobMatch(user.id, job.id);
    const { subject, text, html } = theMail();
    expect(subject).toBe('A job for you: Backend Engineer at Parcelwise');
    for (const part of [text, html]) expect(part).not.toMatch(/Salary|match with|and you have|remote/);
    expect(text).toContain('does not name:\nAda\n');
  });

  it('names twelve skills and counts the others', async () => {
    const user = await person();
    const job = await createJob();
    const names = Array.from({ length: 15 }, (_, index) => `Skill ${String.fromCharCode(65 + index)}`);
    await askFor(job.id, user.id, Object.fromEntries(names.map((name) => [name, 1])), []);
    await jobMatch(user.id, job.id);
    expect(theMail().text).toContain('Skill K, Skill L and 3 more');
    expect(theMail().html).not.toContain('Skill M');
  });

  it('is sent once, however often it runs', async () => {
    const user = await person();
    const job = await createJob();
    await Promise.all([jobMatch(user.id, job.id), jobMatch(user.id, job.id)]);
    expect(await jobMatch(user.id, job.id)).toMatchObject({ status: 'skipped', reason: 'already sent' });
    expect(tasks.server.mails).toHaveLength(1);
  });

  it('is not sent for a job that is closed or over, or that the user has applied for', async () => {
    const user = await person();
    const closed = await createJob({ status: 'closed' });
    const over = await createJob({ expires_at: now });
    const applied = await createJob({ expires_at: hours(1) });
    await database.db.insertInto('job_applications').values({ user_id: user.id, job_id: applied.id }).execute();
    expect(await jobMatch(user.id, closed.id)).toEqual({ status: 'skipped', reason: 'job closed' });
    expect(await jobMatch(user.id, over.id)).toEqual({ status: 'skipped', reason: 'job expired' });
    expect(await jobMatch(user.id, applied.id)).toEqual({ status: 'skipped', reason: 'already applied' });

    const another = await person();
    expect(await jobMatch(another.id, applied.id)).toMatchObject({ status: 'sent' });
  });

  it('fails for good when there is no such user or job', async () => {
    const user = await person();
    const job = await createJob();
    await expect(jobMatch(999_999, job.id)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
    await expect(jobMatch(user.id, 999_999)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND', permanent: true });
  });

  it.each(hostileNames.filter(([what]) => what !== 'a link'))('is harmless for a job that holds %s', async (_, name) => {
    const user = await person({ name: storable(name).slice(0, 200) });
    const job = await createJob({ title: storable(name), company: storable(name), location: storable(name) });
    skillCount += 1;
    await askFor(job.id, user.id, { [`${storable(name)} ${skillCount}`]: 1 }, []);
    await jobMatch(user.id, job.id);
    const mail = theMail();
    expectHarmless({ ...mail, html: mail.html.replace(/x{200,}/g, ''), text: mail.text.replace(/x{200,}/g, '') }, user.email);
  });
});

describe('send_mentor_request_email', () => {
  const request = (mentorId: number, sessionId: number) => tasks.run(sendMentorRequestEmail, { mentorId, sessionId });

  async function createMentor(values: Parameters<typeof person>[0] = {}) {
    const mentor = await person({ name: 'Ingrid Solberg', ...values });
    await database.db.insertInto('mentors').values({ user_id: mentor.id, bio: 'Leads' }).execute();
    return mentor;
  }
  const createSession = (
    mentorId: number,
    menteeId: number,
    values: { topic?: string; proposed_at?: Date; status?: 'requested' | 'accepted' | 'declined' | 'cancelled' } = {},
  ) =>
    database.db
      .insertInto('mentor_sessions')
      .values({ mentor_id: mentorId, mentee_id: menteeId, topic: 'From senior to lead', proposed_at: hours(100), ...values })
      .returning('id')
      .executeTakeFirstOrThrow();

  it('tells the mentor who asks, what about and when in their own time zone, with a link for each answer', async () => {
    const mentor = await createMentor({ timezone: 'America/New_York' });
    const mentee = await person({ headline: 'Backend engineer' });
    const session = await createSession(mentor.id, mentee.id, { proposed_at: new Date('2026-07-01T02:30:00Z') });
    expect(await request(mentor.id, session.id)).toMatchObject({ status: 'sent' });

    const { subject, text, html, to } = theMail();
    expect(to).toMatchObject({ value: [{ address: mentor.email, name: 'Ingrid Solberg' }] });
    expect(subject).toBe('Maya Okafor asks you for a mentoring session');
    expect(text).toContain('Who asks: Maya Okafor\n          Backend engineer\n');
    expect(text).toContain('About what: From senior to lead');
    expect(text).toContain('When, in your time zone: Tuesday 30 June 2026, 22:30 (America/New_York)');
    for (const part of ['Maya Okafor', 'Backend engineer', 'From senior to lead', 'Tuesday 30 June 2026, 22:30']) {
      expect(html).toContain(part);
    }
    for (const answer of ['accept', 'decline']) {
      const link = `https://careers.example.com/mentoring/sessions/${session.id}/${answer}`;
      expect(text).toContain(link);
      expect(html).toContain(`href="${link}"`);
    }
    expect(await mailLog(database, mentor.id)).toMatchObject([{ unique_key: `mentor-request:${session.id}`, status: 'sent' }]);
  });

  it('gives the time in UTC when the mentor has set a time zone that is not known', async () => {
    const mentor = await createMentor({ timezone: 'Atlantis/Capital' });
    const session = await createSession(mentor.id, (await person()).id, { proposed_at: now });
    await request(mentor.id, session.id);
    expect(theMail().text).toContain('Sunday 22 November 2026, 12:00 (UTC)');
  });

  it('is sent once, however often it runs', async () => {
    const mentor = await createMentor();
    const session = await createSession(mentor.id, (await person()).id);
    await Promise.all([request(mentor.id, session.id), request(mentor.id, session.id)]);
    expect(await request(mentor.id, session.id)).toMatchObject({ status: 'skipped', reason: 'already sent' });
    expect(tasks.server.mails).toHaveLength(1);
  });

  it.each(['accepted', 'declined', 'cancelled'] as const)('is not sent for a session that is %s by now', async (status) => {
    const mentor = await createMentor();
    const session = await createSession(mentor.id, (await person()).id, { status });
    expect(await request(mentor.id, session.id)).toEqual({ status: 'skipped', reason: `session ${status}` });
    expect(tasks.server.mails).toEqual([]);
  });

  it('is not sent for a mentee whose account is no longer active', async () => {
    const mentor = await createMentor();
    const session = await createSession(mentor.id, (await person({ is_active: false })).id);
    expect(await request(mentor.id, session.id)).toEqual({ status: 'skipped', reason: 'inactive mentee' });
  });

  it('fails for good when there is no such user or session, or it is that of another mentor', async () => {
    const [mentor, other] = [await createMentor(), await createMentor()];
    const session = await createSession(mentor.id, (await person()).id);
    await expect(request(999_999, session.id)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
    await expect(request(mentor.id, 999_999)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', permanent: true });
    await expect(request(other.id, session.id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND', permanent: true });
    expect(tasks.server.mails).toEqual([]);
  });

  it.each(hostileNames)('is harmless for a mentee who writes %s', async (_, name) => {
    const mentor = await createMentor();
    const written = storable(name);
    const mentee = await person({ name: written.slice(0, 200), headline: written });
    const session = await createSession(mentor.id, mentee.id, { topic: written });
    await request(mentor.id, session.id);
    const mail = theMail();
    // The topic may be 300 characters long.
    expectHarmless({ ...mail, html: mail.html.replace(/x{200,}/g, ''), text: mail.text.replace(/x{200,}/g, '') }, mentor.email);
    expect(mail.text).not.toMatch(/x{300}/);
  });
});

describe('send_course_enrollment_email', () => {
  const enrollment = (userId: number, courseId: number) => tasks.run(sendCourseEnrollmentEmail, { userId, courseId });

  async function createCourse(
    enrolled: number[],
    values: { title?: string; provider?: string; duration_hours?: number; modules?: string[] } = {},
  ) {
    const course = await database.db
      .insertInto('courses')
      .values({
        title: 'Kubernetes in Production',
        provider: 'Northlight Academy',
        description: 'Clusters',
        level: 'senior',
        duration_hours: 32,
        modules: ['Containers', 'Clusters', 'Rollouts'],
        ...values,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const user_id of enrolled) {
      await database.db.insertInto('enrollments').values({ user_id, course_id: course.id }).execute();
    }
    return course;
  }

  it('tells what the course is, how long it takes and how it starts', async () => {
    const user = await person();
    const course = await createCourse([user.id]);
    expect(await enrollment(user.id, course.id)).toMatchObject({ status: 'sent' });

    const { subject, text, html } = theMail();
    expect(subject).toBe('You are enrolled: Kubernetes in Production');
    expect(text).toContain('Kubernetes in Production\nby Northlight Academy\n');
    expect(text).toContain('Length: 32 hours, in 3 modules\nFirst module: Containers\n');
    for (const part of ['Kubernetes in Production', 'Northlight Academy', '32 hours, in 3 modules', 'Containers']) {
      expect(html).toContain(part);
    }
    expect(html).toContain(`href="https://careers.example.com/courses/${course.id}"`);
    expect(await mailLog(database, user.id)).toMatchObject([{ unique_key: `course-enrollment:${user.id}:${course.id}` }]);
  });

  it('leaves out the modules of a course that has none', async () => {
    const user = await person();
    const course = await createCourse([user.id], { modules: [], duration_hours: 0.75 });
    await enrollment(user.id, course.id);
    expect(theMail().text).toContain('Length: 45 minutes\n');
    for (const part of [theMail().text, theMail().html]) expect(part).not.toContain('module');
  });

  it('is sent once, however often it runs', async () => {
    const user = await person();
    const course = await createCourse([user.id]);
    await Promise.all([enrollment(user.id, course.id), enrollment(user.id, course.id)]);
    expect(await enrollment(user.id, course.id)).toMatchObject({ status: 'skipped', reason: 'already sent' });
    expect(tasks.server.mails).toHaveLength(1);
  });

  it('fails for good when there is no such user or course, or the user is not enrolled', async () => {
    const [user, other] = [await person(), await person()];
    const course = await createCourse([user.id]);
    await expect(enrollment(999_999, course.id)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
    await expect(enrollment(user.id, 999_999)).rejects.toMatchObject({ code: 'COURSE_NOT_FOUND', permanent: true });
    await expect(enrollment(other.id, course.id)).rejects.toMatchObject({ code: 'NOT_ENROLLED', permanent: true });
    expect(tasks.server.mails).toEqual([]);
  });

  it.each(hostileNames.filter(([what]) => what !== 'a link'))('is harmless for a course that holds %s', async (_, name) => {
    const user = await person();
    const written = storable(name);
    const course = await createCourse([user.id], { title: written, provider: written, modules: [written] });
    await enrollment(user.id, course.id);
    expectHarmless(theMail(), user.email);
  });
});

describe('send_password_reset_email', () => {
  const reset = (userId: number, resetToken: string) => tasks.run(sendPasswordResetEmail, { userId, resetToken });
  const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

  async function createToken(userId: number, values: { expires_at?: Date; used_at?: Date } = {}): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await database.db
      .insertInto('password_reset_tokens')
      .values({ token_hash: hashOf(token), user_id: userId, expires_at: hours(1), ...values })
      .execute();
    return token;
  }

  it('has the link, says until when it works, and what to do if one did not ask', async () => {
    const user = await person({ timezone: 'Europe/Berlin' });
    const token = await createToken(user.id);
    expect(await reset(user.id, token)).toMatchObject({ status: 'sent' });

    const { subject, text, html, headers } = theMail();
    const link = `https://careers.example.com/reset-password?token=${token}`;
    expect(subject).toBe('Choose a new password for Journeyman');
    expect(text).toContain(`\n${link}\n`);
    expect(html).toContain(`href="${link}"`);
    for (const part of [text, html]) {
      expect(part).toContain('Sunday 22 November 2026, 14:00 (Europe/Berlin)');
      expect(part).toContain('You did not ask?');
    }
    // Nobody can switch this mail off.
    expect(headers.has('list')).toBe(false);
    expect(html).not.toContain('unsubscribe');
  });

  it('is sent once for each token, however often it runs', async () => {
    const user = await person();
    const token = await createToken(user.id);
    await Promise.all([reset(user.id, token), reset(user.id, token)]);
    expect(await reset(user.id, token)).toMatchObject({ status: 'skipped', reason: 'already sent' });
    expect(tasks.server.mails).toHaveLength(1);
    expect(await reset(user.id, await createToken(user.id))).toMatchObject({ status: 'sent' });
  });

  it('is not sent for a token that is of no use', async () => {
    const [user, other] = [await person(), await person()];
    const expired = await createToken(user.id, { expires_at: now });
    const used = await createToken(user.id, { used_at: hours(-1) });
    const anothers = await createToken(other.id);
    expect(await reset(user.id, expired)).toEqual({ status: 'skipped', reason: 'expired token' });
    expect(await reset(user.id, used)).toEqual({ status: 'skipped', reason: 'used token' });
    expect(await reset(user.id, anothers)).toEqual({ status: 'skipped', reason: 'unknown token' });
    expect(await reset(user.id, 'no-such-token-anywhere')).toEqual({ status: 'skipped', reason: 'unknown token' });
    expect(tasks.server.mails).toEqual([]);
  });

  it('fails for good when there is no such user', async () => {
    const token = await createToken((await person()).id);
    await expect(reset(999_999, token)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
  });

  it('leaves the token nowhere but in the mail, even when the mail server quotes it in a refusal', async () => {
    const user = await person();
    const [taken, refused, putOff] = [await createToken(user.id), await createToken(user.id), await createToken(user.id)];
    const quoting = (code: number, token: string) =>
      reply(code, `Listed: https://careers.example.com/reset-password?token=${token}`);
    const results: unknown[] = [await reset(user.id, taken)];
    tasks.answers.push(quoting(554, refused), quoting(451, putOff));
    for (const token of [refused, putOff]) {
      const error = await reset(user.id, token).catch((error: Error) => error);
      results.push({ ...(error as Error), message: (error as Error).message, stack: (error as Error).stack });
    }
    const kept = JSON.stringify([results, await mailLog(database, user.id), tasks.logged]);
    expect(kept).toContain('Listed: ');
    for (const token of [taken, refused, putOff]) expect(kept).not.toContain(token);
  });
});

describe('a wrong call', () => {
  const secret = 'too-short-a-secret';

  it.each([
    [sendJobMatchEmail, { userId: 1 }],
    [sendJobMatchEmail, { userId: 1, jobId: -1 }],
    [sendMentorRequestEmail, { mentorId: '1', sessionId: 2 }],
    [sendCourseEnrollmentEmail, { userId: 1, courseId: 1.5 }],
    [sendPasswordResetEmail, { userId: 1, resetToken: secret }],
    [sendPasswordResetEmail, { userId: 1, resetToken: [secret] }],
  ])('of $taskName is refused for good before anything is asked: %j', async (task, args) => {
    const kit = testKit();
    const { error, final } = await kit.performTask(tasks.handlerOf(task), args);
    kit.close();
    expect(error).toMatchObject({ code: 'TASK_ARGUMENTS_INVALID' });
    expect(final).toBe(true);
    expect((error as Error).message).not.toContain(secret);
  });
});
