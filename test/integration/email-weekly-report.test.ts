import { describe, expect, it } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import { type MailServices, weeklyReportHandlers } from '#src/email/index.js';
import { sendWeeklyReport, sendWeeklyReportChunk } from '#src/tasks/email.js';
import { countStatements } from '../support/statements.js';
import { bulkMailTests } from './email-bulk.js';
import { reply } from './email-smtp-server.js';

/** A Monday. The week that has ended, 2026-W47, began on 16 November, the one before on the 9th. */
const monday = new Date('2026-11-23T06:00:00Z');
const day = (date: number, time = '12:00') => new Date(`2026-11-${String(date).padStart(2, '0')}T${time}:00Z`);

const bulk = bulkMailTests({ now: monday, handlersOf, tables: ['users', 'jobs', 'courses', 'mail_log', 'email_suppressions'] });

function handlersOf(using: MailServices) {
  return weeklyReportHandlers({ ...using, clock: () => bulk.now, activeUserDays: 30 });
}

async function report() {
  const result = await sendWeeklyReport.delay({});
  await bulk.kit.drain();
  return result.get();
}

const chunk = (using = bulk.mail) => {
  const handler = handlersOf(using).find(({ task }) => task.taskName === sendWeeklyReportChunk.taskName)!;
  return bulk.kit.performTask(handler, { fromId: 1, toId: 1000, at: bulk.now.toISOString() });
};

const everybody = { users: 0, sent: 0, unchanged: 0, skipped: 0, failed: 0 };

async function userWithWeek(values: Partial<Parameters<typeof bulk.make.user>[0]> = {}) {
  const user = await bulk.make.user({ lastSeen: day(22), ...values });
  await bulk.make.points(user.id, 10, day(18));
  return user;
}

async function job() {
  const values = {
    title: 'Engineer',
    company: 'Acme',
    description: '',
    location: 'Oslo',
    level: 'mid',
    type: 'full_time',
  } as const;
  return (await bulk.db.insertInto('jobs').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

async function course() {
  const values = { title: 'Go', provider: 'Acme', description: '', level: 'mid', duration_hours: 2 } as const;
  return (await bulk.db.insertInto('courses').values(values).returning('id').executeTakeFirstOrThrow()).id;
}

const apply = async (user_id: number, at: Date) =>
  bulk.db
    .insertInto('job_applications')
    .values({ user_id, job_id: await job(), created_at: at })
    .execute();

const enrol = async (user_id: number, at: Date, completed_at: Date | null = null) =>
  bulk.db
    .insertInto('enrollments')
    .values({ user_id, course_id: await course(), created_at: at, completed_at, progress: completed_at ? 100 : 10 })
    .execute();

describe('send_weekly_report', () => {
  it('sets the figures of the week that has ended against those of the week before', async () => {
    const maya = await bulk.make.user({ lastSeen: day(22), name: 'Maya Okafor', headline: 'Engineer' });
    const ada = await bulk.make.user({ lastSeen: new Date('2026-01-01'), name: 'Ada' });
    // Points: 85 after 50; what lies outside the two weeks counts for neither.
    for (const [points, at] of [
      [1000, day(8)],
      [50, day(9, '00:00')],
      [60, day(16, '00:00')],
      [25, day(22, '23:59')],
      [7, day(23, '00:00')],
    ] as const) {
      await bulk.make.points(maya.id, points, at);
    }
    // Applications: 2 after 3.
    for (const date of [10, 11, 12, 17, 18]) await apply(maya.id, day(date));
    // Courses: one started after none, one completed that was begun long ago.
    await enrol(maya.id, day(20));
    await enrol(maya.id, new Date('2026-08-01'), day(19));
    // Posts: 1 after 1; likes received: 2, one's own not counted; comments: 1 after none.
    const post = await bulk.make.post(maya.id, day(17));
    await bulk.make.post(maya.id, day(10));
    const comment = await bulk.make.comment(post, maya.id, day(18));
    await bulk.make.like(ada.id, { post_id: post }, day(18));
    await bulk.make.like(ada.id, { comment_id: comment }, day(18));
    await bulk.make.like(maya.id, { post_id: post }, day(18));
    await bulk.make.connection(ada.id, maya.id, day(21), 'accepted');
    await bulk.make.unlock(maya.id, 'first_course', day(20));
    await bulk.make.unlock(maya.id, 'first_post', day(10));

    expect(await report()).toEqual({ ...everybody, users: 1, sent: 1, chunks: 1 });
    const [mail] = bulk.server.mails;
    expect(mail?.subject).toBe('Your week at Journeyman: 16 – 22 November 2026');
    const lines = mail!.text!.split('\n').filter((line) => line.startsWith('- '));
    expect(lines).toEqual([
      '- Points: 85 (▲ 35 more than in the week before (+70 %))',
      '- Achievements: 1 (= as in the week before)',
      '- Applications: 2 (▼ 1 fewer than in the week before (−33 %))',
      '- Courses started: 1 (▲ none in the week before)',
      '- Courses completed: 1 (▲ none in the week before)',
      '- Posts: 1 (= as in the week before)',
      '- Comments: 1 (▲ none in the week before)',
      '- Likes received: 2 (▲ none in the week before)',
      '- New connections: 1 (▲ none in the week before)',
      '- First Course',
    ]);
    expect(mail?.text).toContain('Your profile is 20 % complete.');
    expect(mail?.text).toContain('What adds most now: upload a resume.');
    expect(mail?.html).toContain('▲ 35 more than in the week before (+70 %)');
    expect(await bulk.make.mails('weekly-report:%')).toMatchObject([
      { unique_key: `weekly-report:${maya.id}:2026-W47`, template: 'weekly_report', status: 'sent' },
    ]);
    expect(mail?.text).toContain(`https://api.example.com/api/unsubscribe?token=${maya.id}.weekly_report.`);
  });

  it('goes to every active user who wants it and did something in either week', async () => {
    await userWithWeek({ email: 'active@example.com' });
    const before = await bulk.make.user({ lastSeen: day(10), email: 'before@example.com' });
    await bulk.make.points(before.id, 3, day(12));
    const quiet = await bulk.make.user({ lastSeen: day(22), email: 'quiet@example.com' });
    await bulk.make.points(quiet.id, 3, day(2));
    await userWithWeek({ email: 'left@example.com', lastSeen: new Date('2026-10-20') });
    await bulk.make.switchOff((await userWithWeek({ email: 'off@example.com' })).id, 'weekly_report');
    await userWithWeek({ email: 'bounced@example.com' });
    await bulk.make.suppress('bounced@example.com');

    expect(await report()).toEqual({ ...everybody, users: 5, sent: 2, unchanged: 1, skipped: 2, chunks: 1 });
    const to = bulk.server.mails.map((mail) => [mail.to ?? []].flat()[0]!.value[0]!.address);
    expect(to.sort()).toEqual(['active@example.com', 'before@example.com']);
  });

  it('counts the weeks where the user lives, also when the clocks change', async () => {
    // Berlin goes back to winter time on Sunday, 25 October: its week ends an hour later, at 23:00 UTC.
    bulk.now = new Date('2026-10-26T12:00:00Z');
    const berlin = await bulk.make.user({ lastSeen: bulk.now, timezone: 'Europe/Berlin' });
    await bulk.make.points(berlin.id, 1, new Date('2026-10-18T21:59:59Z'));
    await bulk.make.points(berlin.id, 20, new Date('2026-10-18T22:00:00Z'));
    await bulk.make.points(berlin.id, 300, new Date('2026-10-25T22:59:59Z'));
    await bulk.make.points(berlin.id, 4000, new Date('2026-10-25T23:00:00Z'));
    await report();
    expect(bulk.server.mails[0]?.text).toContain('- Points: 320 (▲ 319 more than in the week before');
  });

  it('is for the last week that has ended where the user lives', async () => {
    // Monday in Kiritimati, still Sunday in Honolulu.
    bulk.now = new Date('2026-11-22T12:00:00Z');
    const users: number[] = [];
    for (const timezone of ['Pacific/Kiritimati', 'Pacific/Honolulu', 'No/Where']) {
      const user = await bulk.make.user({ lastSeen: bulk.now, timezone });
      await bulk.make.points(user.id, 5, day(11));
      users.push(user.id);
    }
    expect(await report()).toMatchObject({ sent: 3 });
    const keys = (await bulk.make.mails('weekly-report:%')).map((mail) => mail.unique_key);
    expect(keys.sort()).toEqual(
      ['2026-W47', '2026-W46', '2026-W46'].map((week, n) => `weekly-report:${users[n]}:${week}`).sort(),
    );
  });

  it('sends one mail a user and week, however often it runs', async () => {
    const user = await userWithWeek();
    expect(await report()).toMatchObject({ sent: 1 });
    bulk.now = new Date('2026-11-29T23:00:00Z');
    expect(await report()).toMatchObject({ sent: 0, skipped: 1 });
    bulk.now = new Date('2026-11-30T00:00:00Z');
    await bulk.make.points(user.id, 1, day(24));
    expect(await report()).toMatchObject({ sent: 1 });
    expect(bulk.server.mails.map(({ subject }) => subject)).toEqual([
      'Your week at Journeyman: 16 – 22 November 2026',
      'Your week at Journeyman: 23 – 29 November 2026',
    ]);
  });

  it('takes as many statements for many users as for one', async () => {
    const statementsFor = async (users: number) => {
      for (let n = 0; n < users; n++) await bulk.make.user({ lastSeen: day(22) });
      const counted = countStatements(bulk.db);
      expect(await chunk(bulk.services(bulk.server.url, counted.db))).toMatchObject({ result: { unchanged: users } });
      return counted.count();
    };
    const forOne = await statementsFor(1);
    expect(forOne).toBeLessThanOrEqual(8);
    await bulk.db.deleteFrom('users').execute();
    expect(await statementsFor(40)).toBe(forOne);
  });
});

describe('a part of the weekly report', () => {
  it('counts a refused address, and sends the others theirs', async () => {
    const refused = await userWithWeek();
    await userWithWeek();
    bulk.answer = ({ to }) => {
      if ([to ?? []].flat()[0]?.text.includes(refused.email)) throw reply(554, '5.7.1 Refused');
    };
    expect(await chunk()).toMatchObject({ result: { ...everybody, users: 2, sent: 1, failed: 1 } });
  });

  it('fails when the mail server is away, and sends the rest when it is back', async () => {
    for (let n = 0; n < 12; n++) await userWithWeek();
    bulk.answer = () => {
      if (bulk.server.mails.length >= 5) throw reply(421, 'Going down');
    };
    expect(await chunk()).toMatchObject({ error: { code: 'EMAIL_UNAVAILABLE' }, final: false });
    const sent = bulk.server.mails.length;
    bulk.answer = () => {};
    expect(await chunk()).toMatchObject({ result: { users: 12, sent: 12 - sent, skipped: sent } });
    expect(new Set(bulk.server.mails.map(({ messageId }) => messageId)).size).toBe(12);
  });

  it('that two workers do at once sends each user one mail', async () => {
    for (let n = 0; n < 20; n++) await userWithWeek();
    const elsewhere = createDatabase(bulk.url, { max: 4 });
    try {
      await Promise.all([chunk(), chunk(bulk.services(bulk.server.url, elsewhere))]);
      expect(bulk.server.mails).toHaveLength(20);
      expect(new Set(bulk.server.mails.map(({ messageId }) => messageId)).size).toBe(20);
    } finally {
      await elsewhere.destroy();
    }
  });
});
