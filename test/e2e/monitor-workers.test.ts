import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { holding } from '../support/holding.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

const nobody = 999_999;

describe.skipIf(!browserInstalled).each(brokerKinds)('the pages about workers, on %s', (kind) => {
  let monitored: Monitored;
  let worker: Awaited<ReturnType<Monitored['startWorker']>>;

  beforeAll(async () => {
    monitored = await openMonitored(kind);
    worker = await monitored.startWorker('one@here', '-c', '2', '-Q', 'achievement,email');
    await checkUserAchievements.delay({ userId: nobody });
  });
  afterAll(() => monitored?.close());

  const open = () => monitored.visit('workers/one%40here');
  type Page = Awaited<ReturnType<typeof open>>;
  const section = (page: Page, name: string) => page.locator('section.card', { has: page.getByRole('heading', { name }) });
  const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

  it('are listed with what they have done, and sorted', async () => {
    const page = await monitored.visit('workers');
    const row = page.getByRole('row', { name: 'one@here' });
    await row.getByText('Online').waitFor();
    // A worker tells its figures every 5 seconds.
    await row.getByRole('cell', { name: '1', exact: true }).nth(1).waitFor();
    await row.getByText('achievement, email').waitFor();
    await row.getByText('MiB').waitFor();
    await page.getByRole('button', { name: 'Processed' }).click();
    await page.waitForURL(/sort=-processed/);
    await expectAccessible(page);
    await row.getByText('one@here').click();
    await page.getByRole('heading', { name: 'one@here' }).waitFor();
    expect(page.faults).toEqual([]);
  });

  it('that have gone silent are told apart', async () => {
    await sql`
      insert into workers (name, hostname, pid, queues, concurrency, started_at, heartbeat_at)
      values ('lost', 'there', 1, '{celery}', 4, now() - interval '1 h', now() - interval '1 minute')
    `.execute(monitored.database.db);
    const page = await monitored.visit('workers');
    await page.getByRole('row', { name: 'lost' }).getByText('Silent').waitFor();
    await page.goto(`${monitored.monitor.address}/workers/lost`);
    await shows(page, 'The worker does not answer');
    expect(await page.getByRole('button', { name: 'Shut down' }).count()).toBe(0);
    await expectAccessible(page);
    await sql`delete from workers where name = 'lost'`.execute(monitored.database.db);
  });

  it('show what they run, can run, serve and are set to', async () => {
    const release = await holding(monitored.database.db, sql`lock table users in access exclusive mode`);
    try {
      const { id } = await checkUserAchievements.delay({ userId: nobody });
      const page = await open();
      await section(page, 'Running now').getByText(`{"userId":${nobody}}`).waitFor();
      await section(page, 'Running now').getByText('check_user_achievements').click();
      await page.waitForURL(new RegExp(id));
    } finally {
      await release();
    }
    const page = await open();
    await section(page, 'Pool and limits').getByText('2 of each queue').waitFor();
    await section(page, 'Queues').getByText('email').waitFor();
    await section(page, 'Tasks it can run').getByRole('link').first().getByText('check_user_achievements').waitFor();
    await section(page, 'Configuration').getByText('CELERY_TIMEZONE').waitFor();
    await expectAccessible(page);
    expect(page.faults).toEqual([]);
  });

  it('run more or fewer tasks at once', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Grow', exact: true }).click();
    await shows(page, 'one@here: 3 tasks of each queue at once');
    // It is told at the next sign of life.
    await section(page, 'Pool and limits').getByText('3 of each queue').waitFor();
    await page.getByRole('button', { name: 'Shrink', exact: true }).click();
    await shows(page, 'one@here: 2 tasks of each queue at once');
  });

  it('serve more or fewer queues', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Add a queue' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Queue').fill('no such name!');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Queue').fill('resume');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await shows(page, 'one@here: serves resume');
    const row = section(page, 'Queues').getByRole('row', { name: 'resume' });
    await row.getByRole('button', { name: 'Stop serving' }).click();
    await dialog.getByRole('button', { name: 'Stop serving' }).click();
    await shows(page, 'one@here: serves resume no more');
    await row.waitFor({ state: 'detached' });
  });

  it('take other limits for a task', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Limits of check_user_achievements' }).click();
    await expectAccessible(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Rate limit').fill('often');
    await dialog.getByRole('button', { name: 'Set the rate limit' }).click();
    await dialog.getByText('not a rate such as 10/s').waitFor();
    await dialog.getByLabel('Rate limit').fill('100/m');
    await dialog.getByRole('button', { name: 'Set the rate limit' }).click();
    await shows(page, 'one@here: new rate limit set');
    await dialog.getByLabel('Soft, in seconds').fill('20');
    await dialog.getByLabel('Hard, in seconds').fill('10');
    await dialog.getByRole('button', { name: 'Set the time limits' }).click();
    await dialog.getByText('soft must not be over hard').waitFor();
    await dialog.getByLabel('Hard, in seconds').fill('30');
    await dialog.getByRole('button', { name: 'Set the time limits' }).click();
    await shows(page, 'one@here: time limits set');
    await page.keyboard.press('Escape');
    const row = section(page, 'Tasks it can run').getByRole('row', { name: 'check_user_achievements' });
    await row.getByText('rate 100/m; 20 s soft, 30 s hard').waitFor();
    await row.getByRole('button').click();
    expect(await dialog.getByLabel('Rate limit').inputValue()).toBe('100/m');
    await expectAccessible(page);
  });

  it.each(['light', 'dark'] as const)('fit a phone, in %s colours', async (colorScheme) => {
    const page = await monitored.visit('workers', { viewport: { width: 360, height: 740 }, colorScheme });
    await page.getByRole('row').getByText('Online').waitFor();
    await expectAccessible(page);
    await page.getByText('one@here').click();
    await shows(page, 'Configuration');
    await expectAccessible(page);
  });

  it('are shut down after a question, and are gone from the list', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Shut down' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Shut down' }).click();
    await shows(page, 'one@here: shuts down');
    await worker.ended;
    await shows(page, 'No worker is there');
    await expectAccessible(page);
    await page.goto(`${monitored.monitor.address}/workers/one%40here`);
    await shows(page, 'Not found');
  });
});
