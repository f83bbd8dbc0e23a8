import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverMail } from '#src/email/deliver.js';
import { createMailer, createRenderer, type MailServices } from '#src/email/index.js';
import { findRecipient } from '#src/email/queries.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { reply, startSmtpServer, type TestSmtpServer } from './email-smtp-server.js';
import { createUser, mailLog } from './email-tasks.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };
type Command = 'MAIL FROM' | 'RCPT TO' | 'DATA';

let database: TestDatabase;
let server: TestSmtpServer;
let services: MailServices;
/** What the mail server answers instead of yes, once. */
let answer: { command: Command; reply: Error } | undefined;

function answerTo(command: Command): Error | undefined {
  if (answer?.command !== command) return undefined;
  const { reply } = answer;
  answer = undefined;
  return reply;
}

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  answer = undefined;
  server = await startSmtpServer(
    {
      onMailFrom: (_address, _session, callback) => callback(answerTo('MAIL FROM')),
      onRcptTo: (_address, _session, callback) => callback(answerTo('RCPT TO')),
    },
    () => {
      const refusal = answerTo('DATA');
      if (refusal) throw refusal;
    },
  );
  services = {
    db: database.db,
    mailer: createMailer({ emailUrl: server.url, from: 'careers@platform.example', stateDir: '/nonexistent', log }),
    renderer: createRenderer({ folder: 'dist/emails', frontendUrl: 'https://careers.example.com' }),
    unsubscribeLink: () => 'https://api.example.com/unsubscribe',
  };
});
afterEach(async () => {
  await services.mailer.close();
  await server.close();
});

async function deliver(userId: number, uniqueKey = `welcome:${userId}`) {
  const recipient = await findRecipient(database.db, userId);
  return deliverMail(services, { uniqueKey, recipient, template: 'welcome', data: {} });
}
const suppressions = async (email: string) => {
  const rows = database.db.selectFrom('email_suppressions').select(['address', 'reason']);
  return rows.where('address', '=', email.toLowerCase()).execute();
};

describe('an address that the mail server refuses for good', () => {
  it.each([
    ['no such mailbox', 550, '5.1.1 No such user'],
    ['no such domain', 554, '5.1.2 Host not found'],
    ['an address that is none', 553, '5.1.3 Bad address'],
    ['somebody who moved away', 551, '5.1.6 Moved'],
    ['a domain that takes no mail', 556, '5.1.10 Null MX'],
    ['a mailbox that is switched off', 550, '5.2.1 Disabled'],
    ['no such mailbox, from a server that tells no more', 550, 'unknown'],
    ['somebody not local, likewise', 551, 'not here'],
    ['a name that is not allowed, likewise', 553, 'odd name'],
  ])('is suppressed: %s', async (_, code, text) => {
    const user = await createUser(database);
    answer = { command: 'RCPT TO', reply: reply(code, text) };
    await expect(deliver(user.id)).rejects.toMatchObject({ code: 'EMAIL_REJECTED', permanent: true });
    expect(await mailLog(database, user.id)).toMatchObject([
      { status: 'failed', attempts: 1, error: expect.stringContaining(text) },
    ]);
    expect(await suppressions(user.email)).toEqual([
      { address: user.email.toLowerCase(), reason: expect.stringContaining(`${code} ${text}`) },
    ]);
  });

  it('gets no other mail, until it is freed', async () => {
    const user = await createUser(database);
    answer = { command: 'RCPT TO', reply: reply(550, '5.1.1 No such user') };
    await expect(deliver(user.id, `first:${user.id}`)).rejects.toMatchObject({ code: 'EMAIL_REJECTED' });
    expect(await deliver(user.id, `second:${user.id}`)).toMatchObject({ status: 'skipped', reason: 'suppressed address' });
    expect(server.mails).toEqual([]);

    await database.db.deleteFrom('email_suppressions').where('address', '=', user.email.toLowerCase()).execute();
    expect(await deliver(user.id, `second:${user.id}`)).toMatchObject({ status: 'sent' });
    expect(server.mails).toHaveLength(1);
  });

  it('keeps the first reason when several mails find out at once', async () => {
    const user = await createUser(database);
    await database.db
      .insertInto('email_suppressions')
      .values({ address: user.email.toLowerCase(), reason: 'the first' })
      .execute();
    const recipient = { ...(await findRecipient(database.db, user.id)), suppressedBecause: null };
    answer = { command: 'RCPT TO', reply: reply(550, '5.1.1 No such user') };
    const late = deliverMail(services, { uniqueKey: `late:${user.id}`, recipient, template: 'welcome', data: {} });
    await expect(late).rejects.toMatchObject({ code: 'EMAIL_REJECTED' });
    expect(await suppressions(user.email)).toMatchObject([{ reason: 'the first' }]);
  });
});

describe('a refusal for good that is not about the address', () => {
  it.each([
    ['a full mailbox', 'RCPT TO', 552, '5.2.2 Over quota'],
    ['a policy', 'RCPT TO', 550, '5.7.1 Your network is blocked'],
    ['a policy, from a server that tells no more', 'RCPT TO', 554, 'Go away'],
    ['our own address', 'RCPT TO', 550, '5.1.8 Bad sender'],
    ['the sender', 'MAIL FROM', 553, '5.1.8 Sender unknown'],
    ['the content', 'DATA', 550, '5.1.1 Looks like spam'],
    ['the size', 'DATA', 552, '5.3.4 Too big'],
  ] as const)('fails the mail and suppresses nothing: %s', async (_, command, code, text) => {
    const user = await createUser(database);
    answer = { command, reply: reply(code, text) };
    await expect(deliver(user.id)).rejects.toMatchObject({ code: 'EMAIL_REJECTED', permanent: true });
    expect(await mailLog(database, user.id)).toMatchObject([{ status: 'failed', error: expect.stringContaining(text) }]);
    expect(await suppressions(user.email)).toEqual([]);
    expect(await deliver(user.id, `another:${user.id}`)).toMatchObject({ status: 'sent' });
  });
});

describe('a refusal for now', () => {
  it.each([
    ['a server that goes down', 'MAIL FROM', 421, '4.3.2 Shutting down'],
    ['greylisting', 'RCPT TO', 450, '4.7.1 Try again'],
    ['a full mailbox', 'RCPT TO', 452, '4.2.2 Over quota'],
    ['a server that goes down in between', 'RCPT TO', 421, '4.3.2 Shutting down'],
    ['a mail not taken now', 'DATA', 451, '4.3.0 Later'],
  ] as const)('suppresses nothing, and the next try sends the mail: %s', async (_, command, code, text) => {
    const user = await createUser(database);
    answer = { command, reply: reply(code, text) };
    await expect(deliver(user.id)).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE', permanent: false });
    expect(await mailLog(database, user.id)).toMatchObject([{ status: 'sending', error: expect.stringContaining(text) }]);
    expect(await suppressions(user.email)).toEqual([]);

    expect(await deliver(user.id)).toMatchObject({ status: 'sent' });
    expect(server.mails).toHaveLength(1);
    expect(await mailLog(database, user.id)).toMatchObject([{ status: 'sent', attempts: 2, error: null }]);
  });
});
