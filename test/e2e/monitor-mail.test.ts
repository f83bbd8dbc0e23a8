import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxFolder } from '#src/email/index.js';
import { AsyncResult } from '#src/taskkit/index.js';
import { sendWelcomeEmail } from '#src/tasks/email.js';
import { browserInstalled, expectAccessible, openPage } from '../support/browser.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

/** A mail that tries everything to run a script, to load something from elsewhere, and to lead away. */
const hostileMail = (elsewhere: string) =>
  [
    'From: Mallory <mallory@example.com>',
    'To: ada@example.com',
    'Subject: <script>globalThis.taken = true</script>',
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    `<html><head><meta http-equiv="refresh" content="0;url=${elsewhere}/refresh"><base href="${elsewhere}/">`,
    `<link rel="stylesheet" href="${elsewhere}/style.css"><style>@import "${elsewhere}/import.css"; p { background: url(${elsewhere}/background) }</style>`,
    `<script>parent.taken = true; fetch("${elsewhere}/fetch")</script><script src="${elsewhere}/script.js"></script></head>`,
    `<body onload="top.taken = true"><p>What is seen</p><img src="${elsewhere}/picture.png" onerror="top.taken = true">`,
    `<iframe src="${elsewhere}/frame"></iframe><object data="${elsewhere}/object"></object><video src="${elsewhere}/video" autoplay></video>`,
    `<form action="${elsewhere}/form"><input name="password" autofocus onfocus="top.taken = true"></form>`,
    `<a href="javascript:top.taken = true" target="_top">click</a><a href="${elsewhere}/top" target="_top">leave</a></body></html>`,
  ].join('\r\n');

describe.skipIf(!browserInstalled).each(brokerKinds)('the pages about mails, on %s', (kind) => {
  let monitored: Monitored;
  let elsewhere: Server;
  const asked: string[] = [];

  beforeAll(async () => {
    elsewhere = createServer((request, answer) => {
      asked.push(request.url!);
      answer.end();
    });
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    monitored = await openMonitored(kind);
  });
  afterAll(async () => {
    await monitored?.close();
    elsewhere.close();
  });

  const frame = (page: Page) => page.frameLocator('iframe[title="The mail as HTML"]');
  type Page = Awaited<ReturnType<Monitored['visit']>>;
  const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const list = (page: Page) => page.getByRole('navigation', { name: 'Mails' });

  async function putMail(id: string, source: string): Promise<void> {
    const folder = mailboxFolder(path.join(monitored.cwd, '.journeyman'));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `${id}.eml`), source);
  }

  it('say so when there is no mail yet', async () => {
    const page = await monitored.visit('mail');
    await shows(page, 'No mail yet');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await shows(page, 'No mail was sent yet');
    await expectAccessible(page);
  });

  it('show a mail that a worker sent: as HTML, text, headers and source, wide and as on a phone', async () => {
    const { rows } = await sql<{ id: number }>`
      insert into users (email, username, name, password_hash) values ('ada@example.com', 'ada', 'Ada', '') returning id
    `.execute(monitored.database.db);
    await monitored.startWorker('one');
    const { id } = await sendWelcomeEmail.delay({ userId: rows[0]!.id });
    await new AsyncResult(id).get({ timeout: 30 });

    const page = await monitored.visit('mail');
    await shows(page, 'Choose a mail to read it');
    await expectAccessible(page);
    await list(page).getByRole('link', { name: 'ada@example.com' }).click();
    await frame(page).getByText('Ada').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Phone' }).click();
    await page.waitForURL(/width=phone/);
    expect((await page.locator('iframe').boundingBox())!.width).toBe(375);

    await page.getByRole('button', { name: 'Text' }).click();
    await page.locator('pre').getByText('Ada').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Headers' }).click();
    await shows(page, 'message-id');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Source' }).click();
    await page.locator('pre').getByText('MIME-Version: 1.0').waitFor();
    await expectAccessible(page);
    expect(new URL(page.url()).searchParams.get('view')).toBe('source');
    expect(page.faults).toEqual([]);
  });

  it('let a hostile mail neither run a script nor load anything from elsewhere', async () => {
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    await putMail('20991122100000000-hostile', hostileMail(address));
    const page = await monitored.visit('mail');
    await list(page).getByText('<script>').click();
    await frame(page).getByText('What is seen').waitFor();
    await page.locator('iframe').click({ position: { x: 20, y: 20 } });
    await frame(page).getByText('leave').click();
    await frame(page).getByText('click', { exact: true }).click();
    await putMail(
      '20991122100000001-next',
      hostileMail(address)
        .replace('What is seen', 'The next one')
        .replace(/Subject.*/, 'Subject: Next'),
    );
    await list(page).getByText('Next', { exact: true }).click();
    await frame(page).getByText('The next one').waitFor();
    for (const one of page.frames()) expect(await one.evaluate('globalThis.taken')).toBeUndefined();
    expect(asked).toEqual([]);
    expect(page.url()).toContain('/mail?mail=');

    // The same mail as a page of its own does what it wants.
    const unguarded = await openPage(monitored.browser);
    await unguarded.setContent(hostileMail(address).split('\r\n\r\n')[1]!, { waitUntil: 'commit' });
    await expect.poll(() => asked.length).toBeGreaterThan(0);
  });

  it('do not find a mail that is not there', async () => {
    const page = await monitored.visit('mail?mail=no-such-mail');
    await shows(page, 'Not found');
    await expectAccessible(page);
  });

  it('list what became of every mail, by state, address and template, a page at a time', async () => {
    await sql`
      insert into mail_log (unique_key, to_address, template, subject, status, error, attempts)
      select 'digest:' || number, number || '@example.com', 'daily_digest', 'News ' || number,
        case when number = 60 then 'failed' else 'skipped' end, case when number = 60 then '550 no such mailbox' end, 3
      from generate_series(1, 60) as number
    `.execute(monitored.database.db);
    const page = await monitored.visit('mail/log');
    await shows(page, '550 no such mailbox');
    await shows(page, '61 mails');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByRole('row', { name: 'ada@example.com' }).getByText('Sent').waitFor();
    await page.getByLabel('State').selectOption('failed');
    await shows(page, '1 mail');
    expect(new URL(page.url()).searchParams.get('page')).toBeNull();
    await page.getByLabel('State').selectOption('');
    await page.getByLabel('To').fill('7@example.com');
    await page.getByLabel('To').press('Enter');
    await shows(page, '6 mails');
    await page.getByLabel('Template').fill('welcome');
    await page.getByLabel('Template').press('Enter');
    await shows(page, 'No mail fits');
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('fit a phone, in %s colours: the list, then one mail', async (colorScheme) => {
    const page = await monitored.visit('mail', { viewport: { width: 360, height: 740 }, colorScheme });
    await list(page).getByText('ada@example.com').last().waitFor();
    await expectAccessible(page);
    await list(page).getByText('ada@example.com').last().click();
    await frame(page).getByText('Ada').first().waitFor();
    expect(await list(page).isVisible()).toBe(false);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'All mails' }).click();
    await list(page).waitFor();
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    await page.getByRole('row').nth(1).waitFor();
    await expectAccessible(page);
  });

  it('show a mail’s HTML to those who have logged in, too', async () => {
    const guarded = await monitored.startMonitor('--basic-auth', 'ada:a long password');
    const page = await monitored.visit('');
    await page.goto(`${guarded.address}/mail`);
    await page.getByLabel('E-mail address or user name').fill('ada');
    await page.getByLabel('Password').fill('a long password');
    await page.keyboard.press('Enter');
    await list(page).getByText('ada@example.com').last().click();
    await frame(page).getByText('Ada').first().waitFor();
  });

  it('say where mails go when the development mailbox is not in use', async () => {
    await writeFile(path.join(monitored.cwd, '.env'), 'EMAIL_URL=smtp://127.0.0.1:2525\n');
    const other = await monitored.startMonitor();
    const page = await monitored.visit('');
    await page.goto(`${other.address}/mail`);
    await shows(page, 'The development mailbox is not in use');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'mail log' }).click();
    await shows(page, 'daily_digest');
  });
});
