import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

describe.skipIf(!browserInstalled)('the audit page', () => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored('postgres', '--basic-auth', 'ada:a long password');
  });
  afterAll(() => monitored?.close());

  async function open(path = 'audit', options: Parameters<Monitored['visit']>[1] = {}) {
    const page = await monitored.visit(path, options);
    await page.getByLabel('E-mail address or user name').fill('ada');
    await page.getByLabel('Password').fill('a long password');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^(Audit|Schedule)$/ }).waitFor();
    return page;
  }
  type Page = Awaited<ReturnType<typeof open>>;
  const rows = (page: Page) => page.locator('tbody tr');
  const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

  it('says so when nothing was done yet', async () => {
    const page = await open();
    // The login was.
    await page.getByRole('row', { name: 'ada' }).first().waitFor();
    await sql`DELETE FROM monitor_audit`.execute(monitored.database.db);
    await page.reload();
    await shows(page, 'Nothing was done yet');
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
  });

  it('shows who did what, to what, from where, and how it ended', async () => {
    const page = await open('schedule');
    const entry = page.getByRole('row', { name: 'cleanup-old-notifications' });
    await entry.getByRole('button', { name: 'Pause' }).click();
    await entry.getByRole('button', { name: 'Resume' }).waitFor();
    // An action that is refused is written down, too.
    await page.evaluate(() =>
      fetch('api/queues/no-such-queue/pause', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-requested-with': 'journeyman' },
        body: '{}',
      }),
    );
    await page.getByRole('link', { name: 'Audit' }).click();
    const paused = page.getByRole('row', { name: 'schedule.pause' });
    await paused.getByText('Done').waitFor();
    await paused.getByText('cleanup-old-notifications').waitFor();
    await paused.getByText('ada', { exact: true }).waitFor();
    await paused.getByText('127.0.0.1').waitFor();
    const refused = page.getByRole('row', { name: 'queue.pause' });
    await refused.getByText('QUEUE_UNKNOWN').waitFor();
    expect(await refused.getByRole('link', { name: 'no-such-queue' }).getAttribute('href')).toBe('queues/no-such-queue');
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
  });

  it('is narrowed by kind, outcome, person and target, and has pages', async () => {
    await sql`
      INSERT INTO monitor_audit (user_name, address, action, target, details, outcome)
      SELECT 'grace@example.com', '::1', 'task.revoke', 'task-' || number, '{"note": "<img src=x onerror=taken=1>"}',
        CASE WHEN number = 1 THEN 'begun' ELSE 'done' END
      FROM generate_series(1, 60) AS number
    `.execute(monitored.database.db);
    const page = await open();
    const { rows: audit } = await sql`SELECT FROM monitor_audit`.execute(monitored.database.db);
    await shows(page, `${audit.length} actions`);
    await page.getByRole('link', { name: 'Older' }).click();
    await expect.poll(() => rows(page).count()).toBe(audit.length - 50);
    await page.getByLabel('Outcome').selectOption('begun');
    await expect.poll(() => rows(page).count()).toBe(1);
    await rows(page).getByText('Not known').waitFor();
    expect(new URL(page.url()).searchParams.get('page')).toBeNull();
    await page.getByLabel('Outcome').selectOption('failed');
    await shows(page, 'QUEUE_UNKNOWN');
    await page.getByLabel('Outcome').selectOption('');
    await page.getByLabel('Kind').selectOption('task');
    await shows(page, '60 actions');
    await page.getByLabel('Who').fill('GRACE');
    await page.getByLabel('Who').press('Enter');
    await page.getByLabel('Target').fill('task-60');
    await page.getByLabel('Target').press('Enter');
    await shows(page, '1 action');
    await page.getByLabel('Target').fill('100%');
    await page.getByLabel('Target').press('Enter');
    await shows(page, 'No action fits');
    await expectAccessible(page);
    expect(await page.evaluate('globalThis.taken')).toBeUndefined();
    expect(page.faults).toEqual([]);
  });

  it('says what is wrong with a filter that there is not', async () => {
    const page = await open('audit?kind=nonsense');
    await shows(page, 'This could not be loaded');
    await expectAccessible(page);
  });

  it.each(['light', 'dark'] as const)('fits a phone, in %s colours', async (colorScheme) => {
    const page = await open('audit', { viewport: { width: 360, height: 740 }, colorScheme });
    await rows(page).first().waitFor();
    await expectAccessible(page);
  });
});
