import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '#src/db/database.js';
import { sendAchievementEmail, sendWelcomeEmail } from '#src/tasks/email.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { hostileNames } from '../unit/email-hostile-names.js';
import { reply, type TestSmtpServer } from './email-smtp-server.js';
import { createUser as createUserIn, type MailTasks, mailLog, startMailTasks } from './email-tasks.js';

let database: TestDatabase;
let tasks: MailTasks;
let server: TestSmtpServer;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  tasks = await startMailTasks(database);
  server = tasks.server;
});
afterEach(() => tasks.close());

const createUser = (values: Parameters<typeof createUserIn>[1] = {}) => createUserIn(database, values);
const logged = (userId: number) => mailLog(database, userId);
const welcome = (userId: number, using = {}) => tasks.run(sendWelcomeEmail, { userId }, using);

describe('send_welcome_email', () => {
  it('sends the mail and logs it', async () => {
    const user = await createUser();
    const result = await welcome(user.id);

    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ subject: 'Welcome to Journeyman, Maya Okafor' });
    expect(mail?.to).toMatchObject({ value: [{ name: 'Maya Okafor', address: user.email }] });
    for (const step of ['profile', 'resumes', 'skills']) {
      expect(mail?.text).toContain(`https://careers.example.com/${step}`);
      expect(mail?.html).toContain(`href="https://careers.example.com/${step}"`);
    }

    const [row] = await logged(user.id);
    expect(row).toMatchObject({ unique_key: `welcome:${user.id}`, status: 'sent', to_address: user.email, template: 'welcome' });
    expect(row).toMatchObject({ attempts: 1, error: null, sent_at: expect.any(Date), message_id: mail?.messageId });
    expect(result).toEqual({ status: 'sent', mailId: row?.id, messageId: mail?.messageId });
    expect(mail?.messageId).toMatch(/^<[0-9a-f]{40}@platform\.example>$/);
  });

  it('sends no second mail when it runs again', async () => {
    const user = await createUser();
    const first = await welcome(user.id);
    expect(await welcome(user.id)).toEqual({ ...(first as object), status: 'skipped', reason: 'already sent' });
    expect(server.mails).toHaveLength(1);
  });

  it('sends one mail when several workers run it at once', async () => {
    const user = await createUser();
    const elsewhere = createDatabase(database.url, { max: 3 });
    const otherWorker = { db: elsewhere };
    const runs = await Promise.all([{}, otherWorker, {}, otherWorker].map((using) => welcome(user.id, using)));
    await elsewhere.destroy();
    expect(server.mails).toHaveLength(1);
    expect(runs.map((result) => (result as { status: string }).status).sort()).toEqual(['sent', 'skipped', 'skipped', 'skipped']);
  });

  it('sends more mails at once than the database has connections', async () => {
    const all = await Promise.all(Array.from({ length: 25 }, () => createUser()));
    await Promise.all(all.map(({ id }) => welcome(id)));
    expect(server.mails).toHaveLength(25);
  });

  it('fails for a user who does not exist', async () => {
    await expect(welcome(999_999)).rejects.toMatchObject({ code: 'USER_NOT_FOUND', permanent: true });
    expect(server.mails).toEqual([]);
  });

  it.each(hostileNames)('is harmless for a name that holds %s', async (_, name) => {
    // PostgreSQL stores neither NUL nor lone surrogates.
    const user = await createUser({ name: name.replaceAll(/[\0\ud800]/g, '').slice(0, 200) });
    await welcome(user.id);
    const [mail] = server.mails;
    expect(mail?.to).toMatchObject({ value: [{ address: user.email }] });
    expect(mail?.headers.has('bcc')).toBe(false);
    expect(mail?.html).not.toMatch(/<script|onmouseover="|evil\.example/);
    expect(mail?.text).not.toMatch(/^Bcc:|evil\.example/m);
    expect(mail?.subject).toMatch(/^Welcome to Journeyman, ./);
  });

  it('greets by the username when the name is an advert', async () => {
    const user = await createUser({ name: 'Win at evil.example.com', username: 'maya' });
    await welcome(user.id);
    expect(server.mails[0]?.text).toContain('Welcome, maya!');
  });
});

describe('who gets no mail', () => {
  it('is an inactive user', async () => {
    const user = await createUser({ is_active: false });
    expect(await welcome(user.id)).toMatchObject({ status: 'skipped', reason: 'inactive user' });
    expect(await logged(user.id)).toMatchObject([{ status: 'skipped', error: 'inactive user', attempts: 0, sent_at: null }]);
    expect(server.mails).toEqual([]);
  });

  it('is a user whose address is suppressed, however it is written', async () => {
    const user = await createUser({ email: 'Bounced@Example.com' });
    await database.db.insertInto('email_suppressions').values({ address: 'bounced@example.com', reason: 'bounce' }).execute();
    expect(await welcome(user.id)).toMatchObject({ status: 'skipped', reason: 'suppressed address' });
    expect(await logged(user.id)).toMatchObject([{ status: 'suppressed', error: 'suppressed address' }]);
    expect(server.mails).toEqual([]);
  });

  it('gets it after all once that has changed', async () => {
    const user = await createUser({ is_active: false });
    await welcome(user.id);
    await database.db.updateTable('users').set({ is_active: true }).where('id', '=', user.id).execute();
    expect(await welcome(user.id)).toMatchObject({ status: 'sent' });
    expect(await logged(user.id)).toMatchObject([{ status: 'sent', error: null, attempts: 1 }]);
  });
});

describe('when the mail server fails', () => {
  it('a refusal for good is logged and not to be tried again', async () => {
    const user = await createUser();
    tasks.answers.push(reply(550, '5.1.1 No such user'));
    await expect(welcome(user.id)).rejects.toMatchObject({ code: 'EMAIL_REJECTED', permanent: true });
    expect(await logged(user.id)).toMatchObject([
      { status: 'failed', attempts: 1, sent_at: null, error: expect.stringContaining('5.1.1 No such user') },
    ]);
  });

  it('a temporary failure is logged, and the next run sends the mail with the same Message-ID', async () => {
    const user = await createUser();
    tasks.answers.push(reply(450, '4.2.0 Later'));
    await expect(welcome(user.id)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE', permanent: false });
    const [before] = await logged(user.id);
    expect(before).toMatchObject({ status: 'sending', attempts: 1, sent_at: null, error: expect.stringContaining('Later') });

    expect(await welcome(user.id)).toMatchObject({ status: 'sent', messageId: before?.message_id });
    expect(await logged(user.id)).toMatchObject([{ status: 'sent', attempts: 2, error: null }]);
    expect(server.mails).toHaveLength(1);
  });

  it('a second worker that waited for one that failed sends the mail itself', async () => {
    const user = await createUser();
    tasks.answers.push(reply(450, 'Later'));
    const runs = await Promise.allSettled([welcome(user.id), welcome(user.id)]);
    expect(runs.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(server.mails).toHaveLength(1);
    expect(await logged(user.id)).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  it('a worker that was lost before it could say "sent" leaves the mail to the next, under the same Message-ID', async () => {
    const user = await createUser();
    // The mail has reached the server when the worker's session ends.
    tasks.answers.push(async () => {
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost-worker'`.execute(
        database.db,
      );
    });
    const worker = createDatabase(database.url, { max: 1, applicationName: 'lost-worker' });
    await expect(welcome(user.id, { db: worker })).rejects.toThrow();
    await worker.destroy();
    expect(await logged(user.id)).toMatchObject([{ status: 'sending', attempts: 0 }]);

    expect(await welcome(user.id)).toMatchObject({ status: 'sent' });
    expect(server.mails).toHaveLength(2);
    expect(server.mails[0]?.messageId).toBe(server.mails[1]?.messageId);
  });

  it('never stores or tells what the mail says', async () => {
    const user = await createUser();
    tasks.answers.push(reply(554, 'Refused'));
    const error = await welcome(user.id).catch((error: Error) => error);
    const rows = await logged(user.id);
    expect(JSON.stringify([rows, (error as Error).message])).not.toContain('Good to have you here');
  });
});

describe('send_achievement_email', () => {
  beforeAll(async () => {
    await database.db
      .insertInto('achievements')
      .values(
        [100, 250].map((threshold) => ({
          key: `milestone_${threshold}`,
          name: `${threshold} Points`,
          description: `Earn ${threshold} points`,
          points: 0,
          rarity: 'common' as const,
          metric: 'points',
          threshold,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });

  const achievement = (userId: number, achievementName: string, points: number) =>
    tasks.run(sendAchievementEmail, { userId, achievementName, points });

  it('tells the points, the total and what is within reach', async () => {
    const user = await createUser();
    await database.db
      .insertInto('points_ledger')
      .values([70, 15].map((points) => ({ user_id: user.id, points, source: `test:${points}` })))
      .execute();
    await achievement(user.id, 'First Resume', 15);

    const [mail] = server.mails;
    expect(mail?.subject).toBe('Achievement unlocked: First Resume');
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain('+15 points');
      expect(part).toContain('85 points');
      expect(part).toContain('100 Points');
      expect(part).toContain('15 points away');
    }
  });

  it('names nothing as next when all is reached, and counts no points as none', async () => {
    const user = await createUser();
    expect(await achievement(user.id, 'First Post', 0)).toMatchObject({ status: 'sent' });
    expect(server.mails[0]?.text).toContain('Your total is now 0 points.');

    await database.db.insertInto('points_ledger').values({ user_id: user.id, points: 9999, source: 'test:all' }).execute();
    await achievement(user.id, 'Legend', 250);
    expect(server.mails[1]?.text).toContain('9,999 points');
    expect(server.mails[1]?.text).not.toContain('within reach');
  });

  it('sends one mail for each achievement, however often it runs', async () => {
    const user = await createUser();
    for (const name of ['First Post', 'First Resume', 'First Post']) await achievement(user.id, name, 10);
    expect(server.mails.map(({ subject }) => subject)).toEqual([
      'Achievement unlocked: First Post',
      'Achievement unlocked: First Resume',
    ]);
  });

  it.each(hostileNames)('is harmless for an achievement whose name holds %s', async (_, name) => {
    const user = await createUser();
    await achievement(user.id, name.replaceAll(/[\0\ud800]/g, '').slice(0, 200), 10);
    const [mail] = server.mails;
    expect(mail?.headers.has('bcc')).toBe(false);
    expect(mail?.html).not.toMatch(/<script|onmouseover="/);
    expect(mail?.text).not.toMatch(/^Bcc:/m);
  });
});
