import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncResult, chain } from '#src/taskkit/index.js';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { sendNotificationAsync } from '#src/tasks/notifications.js';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { holding } from '../support/holding.js';
import { brokerKinds, until } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

const nobody = 999_999;
const hostile = '<script>globalThis.taken = true</script><img src=x onerror="globalThis.taken = true">';

describe.skipIf(!browserInstalled).each(brokerKinds)('the pages about tasks, on %s', (kind) => {
  let monitored: Monitored;
  let userId: number;
  const ids: Record<'failed' | 'hostile', string> = { failed: '', hostile: '' };

  beforeAll(async () => {
    monitored = await openMonitored(kind);
    await monitored.startWorker('one');
    userId = await addUser(randomUUID());
    ids.failed = (await checkUserAchievements.delay({ userId: nobody })).id;
    ids.hostile = (await notify(hostile)).id;
    await Promise.all(Array.from({ length: 60 }, (_, index) => notify(`number ${index}`)));
    await until(async () => {
      const { rows } = await sql<{ ended: number }>`
        SELECT count(*) AS ended FROM task_history WHERE finished_at IS NOT NULL
      `.execute(monitored.database.db);
      return rows[0]!.ended === 62;
    });
  });
  afterAll(() => monitored?.close());

  const notify = (message: string) =>
    sendNotificationAsync.delay({ userId, notificationType: 'test', title: message.slice(0, 200), message });
  const ended = (id: string) => new AsyncResult(id).get({ timeout: 30 }).catch((error: Error) => error);

  async function addUser(name: string, id?: number): Promise<number> {
    const { rows } = await sql<{ id: number }>`
      insert into users (${id === undefined ? sql`` : sql`id,`} email, username, name, password_hash)
      ${id === undefined ? sql`` : sql`overriding system value`}
      values (${id === undefined ? sql`` : sql`${id},`} ${`${name}@example.com`}, ${name}, 'Ada', '') returning id
    `.execute(monitored.database.db);
    return rows[0]!.id;
  }

  const open = (path: string) => monitored.visit(path);
  const rows = (page: Page) => page.locator('tbody tr');
  const shows = (page: Page, text: string) => page.getByText(text).first().waitFor();

  describe('the table', () => {
    it('shows what ran, the newest first, a page at a time', async () => {
      const page = await open('tasks');
      await rows(page).nth(49).waitFor();
      expect(await rows(page).count()).toBe(50);
      await page.getByRole('link', { name: 'Next page' }).click();
      await page.getByRole('link', { name: 'First page' }).waitFor();
      await rows(page).getByText('check_user_achievements').waitFor();
      expect(await rows(page).count()).toBe(12);
      await page.goBack();
      await rows(page).nth(49).waitFor();
      expect(page.faults).toEqual([]);
    });

    it('is filtered by a query and by choices, which are in the URL', async () => {
      const page = await open('tasks');
      await page.getByLabel('Any state').selectOption('FAILURE');
      await shows(page, 'There is no user');
      expect(await rows(page).count()).toBe(1);
      expect(new URL(page.url()).searchParams.get('query')).toBe('state:FAILURE');

      await page.getByRole('searchbox').fill('"number 7" -state:FAILURE');
      await page.getByRole('searchbox').press('Enter');
      await page.waitForURL(/number/);
      await rows(page).getByText('send_notification_async').waitFor();
      const shared = await open(page.url().slice(monitored.monitor.address.length + 1));
      await rows(shared).first().waitFor();
      expect(await rows(shared).count()).toBe(1);
      expect(await shared.getByRole('searchbox').inputValue()).toBe('"number 7" -state:FAILURE');
    });

    it('says what is wrong with a query, and when nothing fits', async () => {
      const page = await open('tasks?query=sate:FAILURE');
      await shows(page, 'The query could not be read');
      await shows(page, 'sate:');
      await expectAccessible(page);
      await page.getByRole('searchbox').fill('state:REVOKED');
      await page.getByRole('searchbox').press('Enter');
      await shows(page, 'No task fits');
      await expectAccessible(page);
    });

    it('is sorted by a column', async () => {
      const page = await open('tasks?query=state:SUCCESS,FAILURE');
      await rows(page).first().waitFor();
      await page.getByRole('button', { name: 'Task', exact: true }).click();
      await page.waitForURL(/sort=-name/);
      await page.getByRole('button', { name: 'Task', exact: true }).click();
      await page.waitForURL(/sort=name/);
      await rows(page).first().getByText('check_user_achievements').waitFor();
      expect(await page.getByRole('columnheader', { name: 'Task' }).getAttribute('aria-sort')).toBe('ascending');
    });

    it('has the columns that are chosen', async () => {
      const page = await open('tasks');
      await rows(page).first().waitFor();
      await page.getByText('Columns', { exact: true }).click();
      await page.getByLabel('Worker', { exact: true }).check();
      await page.getByLabel('Arguments', { exact: true }).uncheck();
      await page.getByRole('columnheader', { name: 'Worker' }).waitFor();
      expect(await page.getByRole('columnheader', { name: 'Arguments' }).count()).toBe(0);
      expect(page.url()).toContain('columns=name%2Cstatus%2Coutcome%2Cqueue%2Cworker');
    });

    it('explains how to search', async () => {
      const page = await open('tasks');
      await page.getByRole('button', { name: 'Help' }).click();
      await page.getByRole('dialog').getByText('-queue:email').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Help with the query');
    });

    it('shows hostile arguments as text', async () => {
      const page = await open('tasks?query=taken');
      await rows(page).first().waitFor();
      await rows(page).first().click();
      await page.waitForURL(new RegExp(ids.hostile));
      await shows(page, hostile);
      expect(await page.evaluate('globalThis.taken')).toBeUndefined();
      expect(page.faults).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('can be used by everybody, on a phone too, in %s colours', async (colorScheme) => {
      for (const width of [1280, 360]) {
        const page = await monitored.visit('tasks', { viewport: { width, height: 800 }, colorScheme });
        await rows(page).first().waitFor();
        await expectAccessible(page);
        await page.goto(`${monitored.monitor.address}/tasks/${ids.failed}`);
        await shows(page, 'USER_NOT_FOUND');
        await expectAccessible(page);
      }
    });
  });

  describe('one task', () => {
    it('shows why it failed, when, and how to call it again as code', async () => {
      const page = await open(`tasks/${ids.failed}`);
      await shows(page, 'USER_NOT_FOUND');
      await shows(page, 'JourneymanError: There is no user');
      await shows(page, `await checkUserAchievements.delay({ userId: ${nobody} });`);
      expect(await page.locator('.timeline li').allInnerTexts()).toHaveLength(3);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy as command' }).click();
      await shows(page, 'Copied');
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
        'journeyman call tasks.achievement_tasks.check_user_achievements',
      );
      expect(page.faults).toEqual([]);
    });

    it('says so when nobody knows the id', async () => {
      const page = await open('tasks/no-such-task');
      await shows(page, 'Not found');
      await shows(page, 'no-such-task');
    });

    it('is run again with other arguments, which are checked', async () => {
      const page = await open(`tasks/${ids.failed}`);
      await page.getByRole('button', { name: 'Run again' }).click();
      const field = page.getByLabel('Arguments as JSON');
      const run = page.getByRole('button', { name: 'Run', exact: true });
      await field.fill('{ userId: 1 }');
      await run.click();
      await shows(page, 'This is no JSON');
      await field.fill('{ "userId": "one" }');
      await run.click();
      await shows(page, 'wrong arguments');
      await expectAccessible(page);
      await field.fill(JSON.stringify({ userId }));
      await run.click();
      await page.waitForURL((url) => !url.pathname.endsWith(ids.failed));
      await shows(page, 'Succeeded');
    });

    it('is retried under its own id, once what was wrong is mended', async () => {
      await addUser('late', nobody);
      const page = await open(`tasks/${ids.failed}`);
      await page.getByRole('button', { name: 'Retry' }).click();
      await shows(page, 'It is enqueued again');
      await page.locator('.page-lead').getByText('Succeeded').waitFor();
    });

    it('is revoked before it starts, after a question', async () => {
      const { id } = await checkUserAchievements.applyAsync({ userId }, { countdown: 3600 });
      const page = await open(`tasks/${id}`);
      await page.locator('.page-lead').getByText('Pending').waitFor();
      await page.getByRole('button', { name: 'Revoke' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Revoke' }).click();
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await shows(page, 'The task is revoked');
      await page.locator('.page-lead').getByText('Revoked').waitFor();
    });

    it('is terminated while it runs', async () => {
      const release = await holding(monitored.database.db, sql`lock table users, user_achievements in access exclusive mode`);
      try {
        const { id } = await checkUserAchievements.delay({ userId });
        const page = await open(`tasks/${id}`);
        await page.locator('.page-lead').getByText('Running').waitFor();
        await page.getByRole('button', { name: 'Terminate' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
        await shows(page, 'The task is terminated');
        await page.locator('.page-lead').getByText('Revoked').waitFor();
      } finally {
        await release();
      }
    });

    it('is shown in its chain, whose tasks lead to each other', async () => {
      const result = await chain(
        checkUserAchievements.si({ userId }),
        sendNotificationAsync.si({ userId, notificationType: 'test', title: 'one', message: 'one' }),
        checkUserAchievements.si({ userId }),
      ).applyAsync();
      await ended(result.id);
      const page = await open(`tasks/${result.id}`);
      const graph = page.getByLabel('Graph of tasks');
      await graph.getByRole('link').nth(2).waitFor();
      expect(await graph.getByRole('link').count()).toBe(3);
      await expectAccessible(page);
      await graph.getByRole('link', { name: 'send_notification_async' }).click();
      await page.getByRole('heading', { name: 'send_notification_async' }).waitFor();
      expect(page.url()).not.toContain(result.id);
    });
  });

  describe('kinds of tasks', () => {
    it('are listed with their figures, and each has a page of its own', async () => {
      const page = await open('names');
      await page.getByRole('link', { name: 'send_notification_async' }).click();
      await page.getByRole('heading', { name: 'send_notification_async' }).waitFor();
      await shows(page, 'How long runs took');
      await shows(page, 'Slowest runs');
      await shows(page, 'notificationType');
      await expectAccessible(page);
      await page.getByText('Show as a table').first().click();
      await page.getByRole('columnheader', { name: 'Succeeded' }).waitFor();
      expect(page.faults).toEqual([]);
    });

    it('show the errors by kind, which lead to the last failure', async () => {
      await ended((await checkUserAchievements.delay({ userId: 888_888 })).id);
      const page = await open('names/tasks.achievement_tasks.check_user_achievements?window=1h');
      await page.getByRole('link', { name: 'USER_NOT_FOUND' }).click();
      await shows(page, 'There is no user 888888.');
    });

    it('can be called', async () => {
      const page = await open('names/tasks.achievement_tasks.check_user_achievements');
      await page.getByRole('button', { name: 'Call' }).click();
      await page.getByLabel('Arguments as JSON').fill(JSON.stringify({ userId }));
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.waitForURL(/\/tasks\//);
      await page.locator('.page-lead').getByText('Succeeded').waitFor();
    });
  });
});
