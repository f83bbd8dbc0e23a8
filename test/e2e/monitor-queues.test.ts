import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncResult } from '#src/taskkit/index.js';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

const hostile = '<img src=x onerror="globalThis.taken = true">';

describe.skipIf(!browserInstalled).each(brokerKinds)('the pages about queues, on %s', (kind) => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored(kind);
  });
  afterAll(() => monitored?.close());

  const open = () => monitored.visit('queues/achievement');
  type Page = Awaited<ReturnType<typeof open>>;
  const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const section = (page: Page, name: string) => page.locator('section.card', { has: page.getByRole('heading', { name }) });
  const tile = (page: Page, name: string, value: string) =>
    page.locator('.tile', { hasText: name }).locator('.tile-value').getByText(value, { exact: true }).waitFor();
  const check = (userId: number) => checkUserAchievements.delay({ userId });
  const confirm = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

  it('list what waits, and the queues that nobody serves', async () => {
    await Promise.all([1, 2, 3].map(check));
    const page = await monitored.visit('queues');
    const row = page.getByRole('row', { name: /^achievement/ });
    await row.getByText('No worker').waitFor();
    await row.getByRole('cell', { name: '3', exact: true }).waitFor();
    await tile(page, 'Waiting', '3');
    await page.getByRole('button', { name: 'Queue', exact: true }).click();
    await page.waitForURL(/sort=-name/);
    await expectAccessible(page);
    await row.getByRole('link', { name: 'achievement' }).click();
    await page.getByRole('heading', { name: 'achievement', exact: true }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('show what is next and what is for later, hostile arguments as text', async () => {
    const given = { userId: 1, notificationType: 'test', title: 'later', message: hostile };
    const { id } = await sendNotificationAsync.applyAsync(given, { countdown: 3600, queue: 'achievement' });
    const page = await open();
    await section(page, 'Next to run').getByText('{"userId":1}').waitFor();
    const later = section(page, 'For later');
    await later.getByText('onerror').waitFor();
    await later.getByText('in 59 min').waitFor();
    await section(page, 'Tasks that go to it').getByRole('link', { name: 'check_user_achievements' }).waitFor();
    expect(await page.evaluate('globalThis.taken')).toBeUndefined();
    await expectAccessible(page);
    await later.getByRole('link').click();
    await page.waitForURL(new RegExp(id));
    expect(page.faults).toEqual([]);
  });

  it('show how they stood, as plots and as a table', async () => {
    await sql`
      insert into queue_samples (minute, queue, waiting, active, delayed, failed, oldest_ms)
      select date_trunc('minute', now()) - make_interval(mins => ago), 'achievement', ago * 100, 2, 1, 0, ago * 1000
      from generate_series(1, 30) as ago on conflict do nothing
    `.execute(monitored.database.db);
    const page = await monitored.visit('queues/achievement?window=1h');
    await page.getByRole('img', { name: /^Tasks over time: Waiting now 100, at most 3,000/ }).waitFor();
    await page.getByRole('img', { name: /^Age of the oldest that waits: Oldest now 1 s, at most 30 s/ }).waitFor();
    await section(page, 'Tasks over time').getByText('Show as a table').click();
    await page.getByRole('cell', { name: '2,900' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: '7 d' }).click();
    await page.waitForURL(/window=7d/);
  });

  it('are paused and go on, from the list and from their own page', async () => {
    const page = await monitored.visit('queues');
    const row = page.getByRole('row', { name: /^achievement/ });
    await row.getByRole('button', { name: 'Pause' }).click();
    await row.getByText('Paused').waitFor();
    await row.getByRole('link', { name: 'achievement' }).click();
    await page.locator('.page-lead').getByText('Paused').waitFor();
    await tile(page, 'Waiting', '3');
    await page.getByRole('button', { name: 'Resume' }).click();
    await shows(page, 'achievement goes on');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(await page.locator('.page-lead').getByText('Paused').count()).toBe(0);
  });

  it('are drained after a question that tells how much is deleted', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('dialog').getByText('3 tasks').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await tile(page, 'Waiting', '3');
    await page.getByRole('button', { name: 'Drain' }).click();
    await confirm(page, 'Drain');
    await shows(page, '3 tasks deleted from achievement');
    await tile(page, 'Waiting', '0');
    await shows(page, 'Nothing waits.');
    await page.getByRole('button', { name: 'Drain' }).waitFor({ state: 'detached' });
  });

  it('are not drained when more waits than was told', async () => {
    await check(1);
    const page = await open();
    await page.getByRole('button', { name: 'Drain' }).click();
    await page.getByRole('dialog').getByText('1 task', { exact: true }).waitFor();
    // What is shown stays as it is from here on.
    await page.route('**/api/queues/achievement?*', (route) => route.abort());
    await Promise.all([2, 3].map(check));
    await confirm(page, 'Drain');
    await shows(page, 'By now 3 tasks wait in achievement');
    await page.unroute('**/api/queues/achievement?*');
    await tile(page, 'Waiting', '3');
  });

  it('have all that failed retried', async () => {
    const { db } = monitored.database;
    const worker = await monitored.startWorker('one', '-Q', 'achievement');
    const failing = await Promise.all([700_001, 700_002].map(check));
    const results = failing.map(({ id }) => new AsyncResult(id));
    await Promise.all(results.map((result) => result.get({ timeout: 30 }).catch((error: Error) => error)));
    await sql`
      insert into users (id, email, username, name, password_hash) overriding system value
      select id, id || '@example.com', id::text, 'Ada', '' from generate_series(700001, 700002) as id
    `.execute(db);
    const page = await open();
    await page.getByRole('button', { name: 'Retry all failed' }).click();
    await page
      .getByRole('dialog')
      .getByText(/[25] failed tasks/)
      .waitFor();
    await expectAccessible(page);
    await confirm(page, 'Retry all failed');
    await shows(page, /[25] tasks enqueued again/);
    for (const result of results) await expect.poll(() => result.status(), { timeout: 30_000 }).toBe('SUCCESS');
    await section(page, 'Workers that serve it').getByRole('link', { name: 'one' }).waitFor();
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('that nobody knows are not found', async () => {
    const page = await monitored.visit('queues/no-such-queue');
    await shows(page, 'Not found');
    await expectAccessible(page);
  });

  it.each(['light', 'dark'] as const)('fit a phone, in %s colours', async (colorScheme) => {
    const page = await monitored.visit('queues', { viewport: { width: 360, height: 740 }, colorScheme });
    await page.getByRole('row', { name: /^achievement/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'achievement' }).click();
    await shows(page, 'Tasks that go to it');
    await expectAccessible(page);
  });
});
