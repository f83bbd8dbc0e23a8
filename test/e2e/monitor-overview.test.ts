import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkUserAchievements } from '#src/tasks/achievements.js';
import { browserInstalled, expectAccessible } from '../support/browser.js';
import { brokerKinds } from '../support/kit.js';
import { type Monitored, openMonitored } from '../support/monitor.js';

describe.skipIf(!browserInstalled).each(brokerKinds)('the overview, on %s', (kind) => {
  let monitored: Monitored;
  beforeAll(async () => {
    monitored = await openMonitored(kind);
  });
  afterAll(() => monitored?.close());

  const call = (userId: number) => checkUserAchievements.delay({ userId });

  it('shows the figures as they change, and what is wrong now', async () => {
    await Promise.all([1, 2, 3].map(call));
    const page = await monitored.visit('');
    const tile = (name: string) => page.locator('.tile', { hasText: name }).locator('.tile-value');
    await page.getByText('Live', { exact: true }).waitFor();
    const problems = page.getByRole('list', { name: 'What is wrong now' });
    await problems.getByText('Problem: ').first().waitFor();
    await tile('Waiting').getByText('3', { exact: true }).waitFor();
    await expectAccessible(page);

    const worker = await monitored.startWorker('one');
    await tile('Workers online').getByText('1', { exact: true }).waitFor();
    await tile('Waiting').getByText('0', { exact: true }).waitFor();
    const failures = page.getByRole('region', { name: 'Last failures' });
    await failures.getByText('There is no user').nth(2).waitFor();
    await tile('Failure rate').getByText('100%').waitFor();
    await expectAccessible(page);

    await failures.getByRole('link').first().click();
    await page.getByText('USER_NOT_FOUND', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'Failure rate' }).click();
    await page.waitForURL(/tasks\?query=state:FAILURE/);
    expect(page.faults).toEqual([]);
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('shows longer times on request, and every figure of a plot as a table, too', async () => {
    const page = await monitored.visit('');
    await page.getByRole('button', { name: '24 h' }).click();
    await page.waitForURL(/window=1d/);
    const plot = page.locator('.chart').first();
    await plot.getByText('Show as a table').click();
    await plot.getByRole('row').nth(1).waitFor();
    expect(await plot.getByRole('row').count()).toBe(97);
    await plot.getByRole('cell', { name: '3', exact: true }).first().waitFor();
    const latency = page.getByRole('img', { name: /^Runtime and wait: Runtime p50 now \d/ });
    await latency.waitFor();
    await expectAccessible(page);
  });

  it.each(['light', 'dark'] as const)('fits a phone, in %s colours', async (colorScheme) => {
    const page = await monitored.visit('', { viewport: { width: 360, height: 740 }, colorScheme });
    await page.locator('.tile').first().waitFor();
    await page.locator('canvas').first().waitFor();
    await expectAccessible(page);
  });
});
