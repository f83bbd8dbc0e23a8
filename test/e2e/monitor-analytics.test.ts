import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AsyncResult } from '#src/taskkit/index.js';
import { generateAchievementStats } from '#src/tasks/achievements.js';
import {
  cachePlatformAnalytics,
  exportAnalyticsSnapshot,
  generateActivityHeatmap,
  generateUserGrowthReport,
} from '#src/tasks/analytics.js';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

type Options = Parameters<Monitored['visit']>[1];

const parts = ['', '/skills', '/jobs', '/courses', '/mentoring', '/leaderboard', '/reports', '/snapshots'];

describe.skipIf(!browserInstalled)('the analytics', () => {
  let monitored: Monitored;
  let staff: string;
  let cookies: Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>;
  beforeAll(async () => {
    monitored = await openMonitored('postgres');
    const seeded = monitored.start(['seed-demo']);
    [, staff] = (await seeded.says(/Log in as (\S+) \(staff\)/)) as [string, string];
    await seeded.ended;
  });
  afterAll(() => monitored?.close());

  async function visit(path: string, options: Options = {}) {
    const page = await monitored.visit('healthcheck', options);
    await page.context().addCookies(cookies);
    await page.goto(`${monitored.monitor.address}/${path}`);
    return page;
  }

  async function saved(page: Page, click: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
    const downloaded: Promise<Download> = page.waitForEvent('download');
    await click();
    const download = await downloaded;
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  }

  describe('before there is a worker', () => {
    it('ask for a login by a staff account, whatever else is open', async () => {
      const page = await monitored.visit('analytics/skills');
      await page.getByText('The analytics are for those who are logged in').waitFor();
      await expectAccessible(page);
      await page.locator('main').getByRole('button', { name: 'Log in' }).click();
      await page.getByLabel('E-mail address or user name').fill(staff);
      await page.getByLabel('Password').fill('journeyman-demo');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Skills' }).waitFor();
      cookies = await page.context().cookies();
      expect(page.faults).toEqual([]);
    });

    it('are fetched only when somebody goes there', async () => {
      const page = await visit('names');
      await page.getByRole('heading', { name: 'Kinds of tasks' }).waitFor();
      const scripts = () =>
        page.evaluate('performance.getEntriesByType("resource").filter(({ name }) => /[.]js$/.test(name)).length');
      expect(await scripts()).toBe(1);
      await page.getByRole('link', { name: 'Analytics', exact: true }).click();
      await page.getByRole('navigation', { name: 'Analytics' }).waitFor();
      expect(await scripts()).toBe(2);
    });

    it('say that figures are on their way, and which task is waited for', async () => {
      const page = await visit('analytics/skills');
      await page.getByText('These figures are computed for the first time').waitFor();
      await page.getByRole('link', { name: 'Waiting for a worker' }).click();
      await page.waitForURL(/tasks\/platform-analytics-/);
    });

    it.each(['/reports', '/snapshots', '/leaderboard'])('say so at %s', async (part) => {
      const page = await visit(`analytics${part}`);
      await page.locator('.empty').waitFor();
      await expectAccessible(page);
      expect(await page.getByRole('button', { name: /Report on yesterday|Export today|Refresh/ }).count()).toBe(1);
    });

    it('say that a task ended without computing them', { timeout: 120_000 }, async () => {
      // It brings what is asked for to the queues, but takes nothing from that of the analytics.
      await monitored.startWorker('mails', '-Q', 'email');
      const page = await visit('analytics/snapshots');
      await page.getByRole('button', { name: 'Export today' }).click();
      const href = await page.getByRole('link', { name: 'Waiting for a worker' }).getAttribute('href');
      const revoke = async () => {
        const headers = { 'x-requested-with': 'journeyman' };
        return (await page.request.post(`${monitored.monitor.address}/api/${href}/revoke`, { headers, data: {} })).status();
      };
      await expect.poll(revoke).toBe(200);
      await monitored.startWorker('figures');
      await page
        .getByRole('alert')
        .getByText(/could not be computed: Task .* was revoked/)
        .waitFor();
      await expectAccessible(page);
    });
  });

  describe('with figures', () => {
    beforeAll(async () => {
      // A name that a spreadsheet would take for a formula.
      const { userId } = await monitored.database.db
        .selectFrom('points_ledger')
        .select(({ fn }) => ['user_id as userId', fn.sum<number>('points').as('points')])
        .groupBy('user_id')
        .orderBy('points', 'desc')
        .executeTakeFirstOrThrow();
      await monitored.database.db
        .updateTable('users')
        .set({ name: '=HYPERLINK("https://example.com","Ada")', is_active: true, last_seen_at: new Date() })
        .where('id', '=', userId)
        .execute();
      const asked = [
        await cachePlatformAnalytics.delay({}),
        await generateUserGrowthReport.delay({}),
        await generateActivityHeatmap.delay({}),
        await generateAchievementStats.delay({}),
        await exportAnalyticsSnapshot.delay({}),
      ];
      for (const { id } of asked) await new AsyncResult(id).get({ timeout: 60 });
    });

    const figure = (page: Page, title: string) =>
      page.locator('.figure').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

    const phone = { width: 360, height: 740 };
    const wide = { width: 1280, height: 900 };
    it.each([
      { where: 'wide', viewport: wide, colorScheme: 'light' },
      { where: 'wide', viewport: wide, colorScheme: 'dark' },
      { where: 'on a phone', viewport: phone, colorScheme: 'light' },
      { where: 'on a phone', viewport: phone, colorScheme: 'dark' },
    ] as const)('are readable by everybody, $where, in $colorScheme colours', { timeout: 120_000 }, async (look) => {
      const page = await visit('analytics', look);
      for (const part of parts) {
        await page.goto(`${monitored.monitor.address}/analytics${part}`);
        await page.locator('main :is(.figure, table, .empty)').first().waitFor();
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        await expectAccessible(page);
      }
      expect(page.faults).toEqual([]);
    });

    it('show every chart as a table, too, with the same figures', async () => {
      const page = await visit('analytics');
      const growth = figure(page, 'Sign-ups by month');
      await growth.getByText('Show as a table').click();
      expect(await growth.getByRole('row').count()).toBe(13);
      const { figures } = await (await page.request.get(`${monitored.monitor.address}/api/analytics/growth`)).json();
      const { signUps, cumulative } = figures.months.at(-1);
      expect(await growth.getByRole('row').last().getByRole('cell').allTextContents()).toEqual([
        expect.any(String),
        String(signUps),
        String(cumulative),
        expect.stringMatching(/%$/),
      ]);
      await growth.getByRole('img', { name: `last ${signUps}` }).waitFor();

      for (const title of ['By weekday and hour', 'Calendar', 'Users by day', 'Users in all', 'Who stayed'])
        await figure(page, title).getByText('Show as a table').click();
      expect(await figure(page, 'By weekday and hour').getByRole('row').count()).toBe(8);
      expect(await figure(page, 'Calendar').getByRole('row').count()).toBe(31);
      await expectAccessible(page);
    });

    it('show a longer time on request, and what is under the pointer', async () => {
      const page = await visit('analytics');
      await page.getByRole('button', { name: '90 days' }).click();
      await page.waitForURL(/days=90/);
      const users = figure(page, 'Users by day');
      await users.getByText('Show as a table').click();
      await users.getByRole('row').nth(90).waitFor();
      await users.locator('.plot-touch').nth(85).hover();
      const words = await users.locator('.chart-legend').textContent();
      const cells = await users.getByRole('row').nth(86).getByRole('cell').allTextContents();
      expect(words).toBe(`Users${cells[2]}${cells[0]}`);
    });

    it('give each figure as a CSV file whose texts no spreadsheet takes for formulas', async () => {
      const page = await visit('analytics/leaderboard');
      const { name, content } = await saved(page, () => page.getByRole('button', { name: 'CSV' }).click());
      expect(name).toBe('leaderboard.csv');
      const lines = content.toString('utf8').split('\r\n');
      expect(lines[0]).toBe('\uFEFFRank,Name,User name,Points,Achievements');
      expect(lines[1]).toContain(`"'=HYPERLINK(""https://example.com"",""Ada"")"`);
      await page.getByText('=HYPERLINK("https://example.com","Ada")', { exact: true }).waitFor();
      expect(lines).toHaveLength((await page.getByRole('row').count()) + 1);
    });

    it('say how old they are, and are computed anew on request', async () => {
      await monitored.database.db
        .updateTable('cached_analytics')
        .set({ computed_at: new Date(Date.now() - 12 * 60_000) })
        .where('key', '=', 'growth')
        .execute();
      const page = await visit('analytics');
      const growth = page.getByRole('region', { name: 'Growth', exact: true });
      await growth.getByText('Computed 12 min ago').waitFor();
      await growth.getByRole('button', { name: 'Refresh' }).press('Enter');
      await growth.getByText(/Computed (\d+ s ago|just now)/).waitFor();
      await growth.getByRole('button', { name: 'Refresh' }).waitFor();
      expect(page.faults).toEqual([]);
    });

    it('have a report made, and show it against the days before', async () => {
      const page = await visit('analytics/reports');
      await page.getByRole('button', { name: 'Report on yesterday' }).click();
      await page.getByRole('table', { name: 'Daily reports' }).getByRole('link').click();
      await page.getByRole('heading', { name: /^Report on / }).waitFor();
      const date = new URL(page.url()).pathname.split('/').at(-1)!;
      const { report } = await (await page.request.get(`${monitored.monitor.address}/api/analytics/reports/${date}`)).json();
      for (const { text } of report.changes) await page.getByText(text, { exact: true }).waitFor();
      for (const { label } of report.sections) await figure(page, label).waitFor();
      const users = figure(page, 'Users').getByRole('row').filter({ hasText: 'Active users' });
      const active = report.sections[0].figures.find(({ key }: { key: string }) => key === 'activeUsers');
      expect(await users.getByRole('cell').nth(1).textContent()).toBe(active.value.toLocaleString());
      await expectAccessible(page);
      await page.getByRole('link', { name: 'All reports' }).click();
      await page.waitForURL(/reports$/);
    });

    it('say so when there is no such report', async () => {
      const page = await visit('analytics/reports/2001-01-01');
      await page.getByText('Not found').waitFor();
      await page.goto(`${monitored.monitor.address}/analytics/nothing/here`);
      await page.getByText('There is no such page').waitFor();
    });

    it('give the files of a snapshot, whose checksums are right', async () => {
      const page = await visit('analytics/snapshots');
      await page.getByRole('table', { name: 'Snapshots' }).getByRole('link').click();
      const row = page.getByRole('row').filter({ hasText: 'growth.csv.gz' });
      const file = await saved(page, () => row.getByRole('link').click());
      expect(file.name).toMatch(/^\d{4}-\d\d-\d\d-growth\.csv\.gz$/);
      const sum = createHash('sha256').update(file.content).digest('hex');
      expect(await row.getByRole('cell').last().textContent()).toBe(sum);
      await expectAccessible(page);
    });
  });
});
