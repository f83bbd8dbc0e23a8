import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import { digestHandlers, type MailServices } from '#src/email/index.js';
import { sendDailyDigest, sendDailyDigestChunk } from '#src/tasks/email.js';
import { taskContext } from '../support/kit.js';
import { countStatements } from '../support/statements.js';
import { bulkMailTests } from './email-bulk.js';
import { reply, startSmtpServer } from './email-smtp-server.js';

const morning = new Date('2026-11-22T06:00:00Z');
const hour = 3_600_000;
const ago = (hours: number, from = morning) => new Date(from.getTime() - hours * hour);

const bulk = bulkMailTests({ now: morning, handlersOf, tables: ['users', 'mail_log', 'email_suppressions'] });

function handlersOf(using: MailServices) {
  return digestHandlers({ ...using, clock: () => bulk.now, digestUserDays: 7 });
}

/** Sends the digest as beat would. */
async function digest() {
  const result = await sendDailyDigest.delay({});
  await bulk.kit.drain();
  return result.get();
}

/** Sends the digest to the first users, without splitting. */
const chunk = (using = bulk.mail, args = { fromId: 1, toId: 1000, at: bulk.now.toISOString() }) =>
  bulk.kit.performTask(handlersOf(using).find(({ task }) => task.taskName === sendDailyDigestChunk.taskName)!, args);

const everybody = { users: 0, sent: 0, unchanged: 0, skipped: 0, failed: 0 };

/** A user with one thing to be told of. */
async function userWithNews(values: Parameters<typeof bulk.make.user>[0] = { lastSeen: ago(1) }) {
  const user = await bulk.make.user(values);
  await bulk.make.points(user.id, 5, ago(2, bulk.now));
  return user;
}

const recipients = () => bulk.server.mails.map(({ to }) => [to ?? []].flat()[0]!.text.replace(/.*<(.*)>/, '$1')).sort();

describe('send_daily_digest', () => {
  it('tells of recommendations, progress and the community, each counted since a day ago', async () => {
    const maya = await bulk.make.user({ lastSeen: ago(1), name: 'Maya Okafor' });
    const [ada, lin] = [
      await bulk.make.user({ lastSeen: ago(900), name: 'Ada' }),
      await bulk.make.user({ lastSeen: ago(900), name: 'Lin' }),
    ];
    await bulk.make.recommend(
      maya.id,
      'jobs',
      [1, 2, 3, 4].map((n) => ({ title: `Engineer ${n}`, reason: `You have ${n} of 5 skills`, score: 0.5 })),
      ago(3),
    );
    await bulk.make.points(maya.id, 40, ago(30));
    await bulk.make.points(maya.id, 15, ago(2));
    await bulk.make.unlock(maya.id, 'first_resume', ago(2));
    const post = await bulk.make.post(maya.id, ago(50));
    await bulk.make.comment(post, ada.id, ago(5));
    await bulk.make.comment(post, lin.id, ago(4));
    await bulk.make.comment(post, maya.id, ago(3));
    await bulk.make.comment(post, ada.id, ago(25));
    await bulk.make.like(ada.id, { post_id: post }, ago(1));
    await bulk.make.like(maya.id, { post_id: post }, ago(1));
    await bulk.make.connection(ada.id, maya.id, ago(20), 'pending');
    await bulk.make.connection(maya.id, lin.id, ago(500), 'accepted');
    await bulk.make.post(lin.id, ago(6), 'Quiet post');
    const liked = await bulk.make.post(lin.id, ago(7), 'What everybody liked');
    await bulk.make.like(ada.id, { post_id: liked }, ago(1));

    expect(await digest()).toEqual({ ...everybody, users: 1, sent: 1, chunks: 1 });
    const [mail] = bulk.server.mails;
    expect(mail?.subject).toBe('New for you: 1 achievement and 4 recommendations');
    expect(mail?.to).toMatchObject({ value: [{ name: 'Maya Okafor', address: maya.email }] });
    for (const shown of [
      'Jobs for you',
      'Engineer 1 (You have 1 of 5 skills)',
      'Engineer 3',
      'See 1 more: https://careers.example.com/recommendations/jobs',
      'Unlocked: First Resume',
      '+15 points, 55 in all',
      '100 Points (55 of 100): https://careers.example.com/achievements',
      '2 new comments on your posts, the latest by Lin',
      '1 new like of what you wrote, by Ada',
      '1 new request to connect with you, by Ada',
      'Lin wrote: “What everybody liked” (1 like)',
      `https://careers.example.com/posts/${liked}`,
    ]) {
      expect(mail?.text).toContain(shown);
    }
    expect(mail?.text).not.toContain('Engineer 4');
    expect(mail?.text).not.toContain('Quiet post');
    for (const shown of ['Engineer 1', 'First Resume', '55 in all', 'the latest by Lin', 'What everybody liked']) {
      expect(mail?.html).toContain(shown);
    }
    expect(await bulk.make.mails('digest:%')).toMatchObject([
      {
        unique_key: `digest:${maya.id}:2026-11-22`,
        template: 'daily_digest',
        status: 'sent',
        user_id: maya.id,
        created_at: morning,
      },
    ]);
  });

  it('can be unsubscribed from with one click, by the mail program and by the footer', async () => {
    const { id } = await userWithNews();
    await digest();
    const [mail] = bulk.server.mails;
    const link = `https://api.example.com/api/unsubscribe?token=${id}.digest.`;
    expect(mail?.headers.get('list')).toMatchObject({ unsubscribe: { url: expect.stringContaining(link) } });
    expect(bulk.server.sources[0]).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mail?.text).toContain(link);
    expect(mail?.html).toContain(link);
  });

  it('goes to nobody who has nothing new, and leaves no trace of them', async () => {
    const user = await bulk.make.user({ lastSeen: ago(1) });
    await bulk.make.recommend(user.id, 'jobs', [], ago(1));
    await bulk.make.recommend(user.id, 'courses', [{ title: 'Old' }], ago(30));
    await bulk.make.points(user.id, 5, ago(25));
    expect(await digest()).toEqual({ ...everybody, users: 1, unchanged: 1, chunks: 1 });
    expect(bulk.server.mails).toEqual([]);
    expect(await bulk.make.mails('digest:%')).toEqual([]);
  });

  it('sends one mail a user and day, however often it runs', async () => {
    await userWithNews();
    expect(await digest()).toMatchObject({ sent: 1 });
    expect(await digest()).toMatchObject({ users: 1, sent: 0, skipped: 1 });
    expect(bulk.server.mails).toHaveLength(1);
  });

  it('tells the next day of what came since, up to the minute, and of nothing twice', async () => {
    const user = await userWithNews();
    await digest();
    await bulk.make.points(user.id, 7, morning);
    bulk.now = ago(-24);
    expect(await digest()).toMatchObject({ sent: 1 });
    expect(bulk.server.mails[1]?.text).toContain('+7 points, 12 in all');
    bulk.now = ago(-48);
    expect(await digest()).toMatchObject({ unchanged: 1 });
  });

  it('looks back to the last digest, and at most a week', async () => {
    const user = await userWithNews();
    await digest();
    await bulk.make.points(user.id, 3, ago(-20));
    await bulk.make.points(user.id, 4, ago(-24 * 7));
    bulk.now = ago(-24 * 6.5);
    await bulk.db.updateTable('users').set({ last_seen_at: bulk.now }).execute();
    expect(await digest()).toMatchObject({ sent: 1 });
    expect(bulk.server.mails[1]?.text).toContain('+3 points');
    bulk.now = ago(-24 * 20);
    await bulk.make.points(user.id, 9, ago(-24 * 12.5));
    await bulk.db.updateTable('users').set({ last_seen_at: bulk.now }).execute();
    expect(await digest()).toMatchObject({ unchanged: 1 });
  });

  it('goes to users seen in the last seven days who want it and whose address works', async () => {
    await userWithNews({ lastSeen: ago(1), email: 'here@example.com' });
    await userWithNews({ lastSeen: ago(24 * 7 + 1), email: 'gone@example.com' });
    await userWithNews({ lastSeen: ago(1), email: 'inactive@example.com', is_active: false });
    await bulk.make.switchOff((await userWithNews({ lastSeen: ago(1), email: 'silent@example.com' })).id, 'digest');
    await bulk.make.switchOff((await userWithNews({ lastSeen: ago(1), email: 'no-reports@example.com' })).id, 'weekly_report');
    await userWithNews({ lastSeen: ago(1), email: 'Bounced@Example.com' });
    await bulk.make.suppress('bounced@example.com');
    expect(await digest()).toEqual({ ...everybody, users: 4, sent: 2, skipped: 2, chunks: 1 });
    expect(recipients()).toEqual(['here@example.com', 'no-reports@example.com']);
  });

  it('is for the day that it is where the user lives', async () => {
    bulk.now = new Date('2026-11-22T10:30:00Z');
    const users = [];
    for (const timezone of ['Pacific/Kiritimati', 'Pacific/Honolulu', 'Europe/Berlin', 'Mars/Olympus']) {
      users.push(await userWithNews({ lastSeen: bulk.now, timezone }));
    }
    expect(await digest()).toMatchObject({ sent: 4 });
    const days = ['2026-11-23', '2026-11-22', '2026-11-22', '2026-11-22'];
    expect((await bulk.make.mails('digest:%')).map((mail) => mail.unique_key).sort()).toEqual(
      users.map(({ id }, index) => `digest:${id}:${days[index]}`).sort(),
    );

    // An hour before midnight in Honolulu, and the same day in Kiritimati.
    bulk.now = new Date('2026-11-23T09:00:00Z');
    for (const { id } of users) await bulk.make.points(id, 1, ago(1, bulk.now));
    expect(await digest()).toMatchObject({ sent: 2, skipped: 2 });
  });

  it('splits the users into parts of 500', async () => {
    await sql`
      INSERT INTO users (email, username, name, password_hash, last_seen_at)
      SELECT 'many' || n || '@example.com', 'many' || n, 'Many', 'x', ${ago(1)} FROM generate_series(1, 1001) AS n
    `.execute(bulk.db);
    expect(await digest()).toEqual({ ...everybody, users: 1001, unchanged: 1001, chunks: 3 });
    const parts = bulk.kit.enqueued(sendDailyDigestChunk).map(({ args }) => args);
    expect(parts).toHaveLength(3);
    expect(new Set(parts.map((part) => part.at))).toEqual(new Set([morning.toISOString()]));
  });

  it('does nothing on a platform that nobody visits', async () => {
    expect(await digest()).toEqual({ ...everybody, chunks: 0 });
  });

  it('takes as many statements for many users as for one', async () => {
    const statementsFor = async (users: number) => {
      for (let n = 0; n < users; n++) await bulk.make.user({ lastSeen: ago(1) });
      const counted = countStatements(bulk.db);
      expect(await chunk(bulk.services(bulk.server.url, counted.db))).toMatchObject({ result: { unchanged: users } });
      return counted.count();
    };
    const forOne = await statementsFor(1);
    expect(forOne).toBeLessThanOrEqual(8);
    await bulk.db.deleteFrom('users').execute();
    expect(await statementsFor(40)).toBe(forOne);
  });

  it('shows what users wrote as text, whatever it is', async () => {
    const evil = '<script>alert(1)</script>{{ name }}\r\nBcc: x@evil.example';
    const user = await bulk.make.user({ lastSeen: ago(1), name: evil.slice(0, 24) });
    const other = await bulk.make.user({ lastSeen: ago(999), name: '<img src=x onerror=y>' });
    await bulk.make.recommend(user.id, 'jobs', [{ title: evil, reason: evil }], ago(1));
    const post = await bulk.make.post(user.id, ago(40));
    await bulk.make.comment(post, other.id, ago(1));
    await bulk.make.connection(user.id, other.id, ago(900), 'accepted');
    await bulk.make.post(other.id, ago(1), evil);
    await digest();
    const [mail] = bulk.server.mails;
    expect(mail?.html).not.toMatch(/<script|<img src=x/);
    expect(mail?.html).toContain('&lt;script&gt;');
    expect(mail?.text).not.toMatch(/^Bcc:/m);
    expect(mail?.headers.has('bcc')).toBe(false);
  });
});

describe('a part of the digest', () => {
  it('counts a refused address and sends the others theirs; run again, it asks for that address no more', async () => {
    const users = [];
    for (let n = 0; n < 5; n++) users.push(await userWithNews());
    const refused = users[2]!;
    bulk.answer = ({ to }) => {
      if ([to ?? []].flat()[0]?.text.includes(refused.email)) throw reply(550, '5.1.1 No such user');
    };
    expect(await chunk()).toMatchObject({ result: { ...everybody, users: 5, sent: 4, failed: 1 } });
    expect(await bulk.make.mails(`digest:${refused.id}:%`)).toMatchObject([{ status: 'failed', attempts: 1 }]);
    bulk.answer = () => {};
    expect(await chunk()).toMatchObject({ result: { ...everybody, users: 5, skipped: 4, failed: 1 } });
    expect(recipients()).not.toContain(refused.email);
  });

  it('fails when the mail server goes away, and sends the rest when it is back', async () => {
    for (let n = 0; n < 30; n++) await userWithNews();
    let accepted = 0;
    bulk.answer = () => {
      accepted += 1;
      if (accepted > 10) throw reply(421, 'Going down');
    };
    const failed = await chunk();
    expect(failed).toMatchObject({ error: { code: 'EMAIL_UNAVAILABLE' }, final: false });
    const first = recipients();
    expect(first).toHaveLength(10);
    expect(await bulk.db.selectFrom('mail_log').where('status', '=', 'sent').select('id').execute()).toHaveLength(10);

    bulk.answer = () => {};
    expect(await chunk()).toMatchObject({ result: { ...everybody, users: 30, sent: 20, skipped: 10 } });
    expect(new Set(recipients()).size).toBe(30);
    expect(bulk.server.mails).toHaveLength(30);
  });

  it('fails when nothing answers at all', async () => {
    await userWithNews();
    await bulk.server.close();
    expect(await chunk()).toMatchObject({ error: { code: 'EMAIL_UNAVAILABLE' }, final: false });
    expect(await bulk.make.mails('digest:%')).toMatchObject([{ status: 'sending' }]);
    bulk.server = await startSmtpServer();
    expect(await chunk(bulk.services(bulk.server.url))).toMatchObject({ result: { sent: 1 } });
  });

  it('stops when its run is ended, and is finished by the next', async () => {
    for (let n = 0; n < 30; n++) await userWithNews();
    const controller = new AbortController();
    bulk.answer = () => {
      if (bulk.server.mails.length === 5) controller.abort(new Error('the worker stops'));
    };
    const handler = handlersOf(bulk.mail).find(({ task }) => task.taskName === sendDailyDigestChunk.taskName)!;
    const args = { fromId: 1, toId: 1000, at: bulk.now.toISOString() };
    await expect(handler.run(args, taskContext({ signal: controller.signal }))).rejects.toThrow('the worker stops');
    expect(bulk.server.mails.length).toBeLessThan(30);

    expect(await chunk()).toMatchObject({ result: { users: 30, failed: 0 } });
    expect(new Set(recipients()).size).toBe(30);
    // A mail that was under way may come again, as the same mail.
    expect(new Set(bulk.server.mails.map(({ messageId }) => messageId)).size).toBe(30);
  });

  it('that two workers do at once sends each user one mail', async () => {
    for (let n = 0; n < 60; n++) await userWithNews();
    const elsewhere = createDatabase(bulk.url, { max: 4 });
    try {
      const runs = await Promise.all([chunk(), chunk(bulk.services(bulk.server.url, elsewhere))]);
      const [one, other] = runs.map(({ result }) => result as typeof everybody);
      expect(one!.sent + other!.sent).toBe(60);
      expect(one!.skipped + other!.skipped).toBe(60);
      expect(new Set(recipients()).size).toBe(60);
      expect(bulk.server.mails).toHaveLength(60);
    } finally {
      await elsewhere.destroy();
    }
  });

  it('refuses a part that is none', async () => {
    const wrong = { fromId: 0, toId: 5, at: 'yesterday' };
    expect(await chunk(bulk.mail, wrong)).toMatchObject({ error: { code: 'TASK_ARGUMENTS_INVALID' }, final: true });
  });
});
