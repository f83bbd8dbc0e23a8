import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer, type Mailer, mailboxFolder, readMailbox } from '#src/email/index.js';

const logged: { details: object; message: string }[] = [];
const log = {
  debug() {},
  info: (details: object, message: string) => void logged.push({ details, message }),
  warn() {},
  error() {},
};

let stateDir: string;
let mailer: Mailer;

beforeEach(async () => {
  logged.length = 0;
  stateDir = await mkdtemp(path.join(os.tmpdir(), 'journeyman-mailbox-'));
  mailer = createMailer({ from: 'Journeyman <no-reply@journeyman.localhost>', stateDir, log });
});
afterEach(async () => {
  await mailer.close();
  await rm(stateDir, { recursive: true });
});

const mail = (number: number) => ({
  to: { name: 'Maya Okafor 👩‍🚀', address: `maya${number}@example.com` },
  subject: `Mail ${number} – größer`,
  html: `<p>Number <b>${number}</b></p>`,
  text: `Number ${number}\n`,
  messageId: `<${number}@journeyman.localhost>`,
});

describe('the development mailbox', () => {
  it('is empty, and is not started, before the first mail', async () => {
    expect(await readMailbox(mailboxFolder(stateDir))).toEqual([]);
    expect(await readdir(stateDir)).toEqual([]);
  });

  it('takes the mails when no mail server is set, and says where they are', async () => {
    await mailer.send(mail(1));
    expect(await readMailbox(mailboxFolder(stateDir))).toMatchObject([
      {
        from: '"Journeyman" <no-reply@journeyman.localhost>',
        to: '"Maya Okafor 👩‍🚀" <maya1@example.com>',
        subject: 'Mail 1 – größer',
        html: '<p>Number <b>1</b></p>',
        text: 'Number 1\n',
        date: expect.any(Date),
        headers: { 'message-id': '<1@journeyman.localhost>', 'auto-submitted': 'auto-generated' },
      },
    ]);
    expect(logged).toEqual([
      { details: { folder: mailboxFolder(stateDir) }, message: expect.stringContaining('development mailbox') },
    ]);
  });

  it('shows the newest first, as many as asked for', async () => {
    for (const number of [1, 2, 3]) await mailer.send(mail(number));
    const subjects = (await readMailbox(mailboxFolder(stateDir), { limit: 2 })).map(({ subject }) => subject);
    expect(subjects).toHaveLength(2);
    expect(subjects[0]).toContain('Mail 3');
  });

  it('keeps its mails to its owner', async () => {
    await mailer.send(mail(1));
    const folder = mailboxFolder(stateDir);
    const [file] = await readdir(folder);
    expect((await stat(path.join(folder, file!))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('loses none when several processes send at once', async () => {
    const other = createMailer({ from: 'other@journeyman.localhost', stateDir, log });
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(numbers.map((number) => (number % 2 ? mailer : other).send(mail(number))));
    await other.close();
    const ids = (await readMailbox(mailboxFolder(stateDir))).map(({ headers }) => headers['message-id']);
    expect(ids.sort()).toEqual(numbers.map((number) => `<${number}@journeyman.localhost>`).sort());
    expect((await readdir(mailboxFolder(stateDir))).filter((file) => !file.endsWith('.eml'))).toEqual([]);
  });

  it('keeps the newest 1000', async () => {
    await mailer.send(mail(1));
    const folder = mailboxFolder(stateDir);
    const old = Array.from({ length: 1000 }, (_, index) => `19990101-${String(index).padStart(4, '0')}.eml`);
    await Promise.all(old.map((file) => writeFile(path.join(folder, file), 'Subject: old\r\n\r\nold')));
    await mailer.send(mail(2));
    const files = (await readdir(folder)).sort();
    expect(files).toHaveLength(1000);
    expect(files[0]).toBe('19990101-0002.eml');
  });

  it('refuses a mail that is too large for it', async () => {
    const large = { ...mail(1), text: 'x'.repeat(11 * 1024 * 1024) };
    await expect(mailer.send(large)).rejects.toMatchObject({ code: 'EMAIL_REJECTED' });
    expect(await readMailbox(mailboxFolder(stateDir))).toEqual([]);
  });

  it('says so when its folder cannot be made, and recovers when it can', async () => {
    await writeFile(mailboxFolder(stateDir), 'in the way');
    await expect(mailer.send(mail(1))).rejects.toMatchObject({ code: 'EMAIL_UNAVAILABLE', permanent: false });
    await rm(mailboxFolder(stateDir));
    await mailer.send(mail(1));
    expect(await readMailbox(mailboxFolder(stateDir))).toHaveLength(1);
  });

  it('closes with the mailer', async () => {
    const { startMailboxServer } = await import('#src/email/mailbox.js');
    const server = await startMailboxServer(mailboxFolder(stateDir), log);
    const port = Number(new URL(server.url).port);
    await server.close();
    const refused = await new Promise((resolve) => connect(port, '127.0.0.1').on('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
